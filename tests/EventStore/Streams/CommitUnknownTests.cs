using Npgsql;

namespace DataHub.EventStore.Tests.Streams;

/// <summary>A server that must wait for a standby it does not have, so that commits hang after they are written here.</summary>
public sealed class CommitUnknownTests : OwnServerTest
{
    [Fact]
    public async Task AppendAsync_WaitForStandbyCutShort_IsNotAcknowledgedWithoutAKeyAndLookedUpWithOne()
    {
        await SetStandbysAsync("nobody");

        var (plain, _) = await HangAsync("plain", key: null);
        await ExecuteAsync(CancelWaiting);
        Assert.Equal("COMMIT_UNKNOWN", await Outcome.OfAsync(() => plain));

        var (keyed, stream) = await HangAsync("keyed", "key");
        await ExecuteAsync(CancelWaiting);
        await UntilHangingAsync(keyed); // The look-up found the events, and waits for the standby in their stead.
        await SetStandbysAsync("");
        Assert.Equal([1], (await keyed).Versions);
        Assert.Equal(1, (await Store.ReadAsync(stream, cancellationToken: Token)).Version);
    }

    private const string CancelWaiting = "select pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'SyncRep'";

    // The server takes up the setting in its own time; until then appends come back at once.
    private async Task<(Task<EventStore.Streams.AppendResult> Append, string Stream)> HangAsync(string name, string? key)
    {
        for (var i = 0; ; i++)
        {
            var stream = $"{name}/{i}";
            var append = Store.AppendAsync(
                [new() { StreamId = stream, StreamType = "permit", ExpectedVersion = 0, Data = new PermitGranted("p", 1, PermitKind.Shop) }],
                key is null ? null : $"{key}{i}",
                cancellationToken: Token);
            if (await UntilHangingAsync(append))
            {
                return (append, stream);
            }
        }
    }

    private async Task<bool> UntilHangingAsync(Task append)
    {
        while (!append.IsCompleted)
        {
            if (await ExecuteAsync("select count(*) from pg_stat_activity where wait_event = 'SyncRep' and query_start < clock_timestamp()") is > 0L)
            {
                return true;
            }
        }

        return false;
    }

    private async Task SetStandbysAsync(string names)
    {
        await ExecuteAsync($"alter system set synchronous_standby_names = '{names}'");
        await ExecuteAsync("select pg_reload_conf()");
    }

    private async Task<object?> ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Server.SuperuserOf("datahub"));
        await connection.OpenAsync(Token);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Token);
    }
}
