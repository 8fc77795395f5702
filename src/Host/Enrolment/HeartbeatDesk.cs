using System.Security.Cryptography;
using DataHub.EventStore.Postgres;
using DataHub.Kernel.Alerts;
using Npgsql;

namespace DataHub.Host.Enrolment;

/// <summary>A system as the registry knows it.</summary>
internal sealed record KnownProcessor(
    string Account,
    string Organisation,
    DateTimeOffset? SeenAt,
    string Version,
    long ClockOffsetMs,
    long Backlog,
    string Address,
    long HeadSize,
    DateTimeOffset? ClonedAt,
    DateTimeOffset? CertificateEnds);

/// <summary>Takes heartbeats in, and finds in them clocks that are off and keys that are used on two machines.</summary>
internal sealed class HeartbeatDesk(PostgresDataSources sources, IAlerts alerts, TimeProvider time)
{
    /// <summary>Silence after which a system counts as dark: three heartbeats.</summary>
    public static readonly TimeSpan DarkAfter = TimeSpan.FromSeconds(90);

    /// <summary>Offset of a clock that is worth an alert.</summary>
    public static readonly TimeSpan MostOffset = TimeSpan.FromSeconds(30);

    private const int NonceBytes = 12;

    /// <summary>Takes one in.</summary>
    /// <returns>What the next one has to name.</returns>
    public async Task<string> BeatAsync(string account, Heartbeat heartbeat, string address, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(NonceBytes));
        var last = await PostgresFaults.GuardAsync(() => KeepAsync(account, heartbeat, nonce, address, now, cancellationToken));
        if (last is not null && !last.CanBeFollowedBy(heartbeat))
        {
            var detail = $"Two running processes use certificates of this account, at {last.Address} and {address}: its key was copied, or a process was started twice.";
            await alerts.RaiseAsync(new Alert("CERTIFICATE_CLONED", AlertLevel.Critical, account, detail), cancellationToken);
        }

        if ((heartbeat.Clock - now).Duration() > MostOffset)
        {
            await alerts.RaiseAsync(new Alert("CLOCK_OFF", AlertLevel.Warning, account, $"The clock of this account is {(heartbeat.Clock - now).TotalSeconds:F0} seconds off the hub's."), cancellationToken);
        }

        return nonce;
    }

    /// <summary>All systems that are not closed, by account.</summary>
    public async Task<IReadOnlyList<KnownProcessor>> ListAsync(CancellationToken cancellationToken)
    {
        await using var query = sources.Hub.CreateCommand(EnrolmentSql.Processors);
        query.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = time.GetUtcNow() });
        return await PostgresFaults.GuardAsync(() => ReadAsync(query, cancellationToken));
    }

    /// <summary>Whether nothing was heard of it for too long, or ever.</summary>
    public bool IsDark(KnownProcessor processor) => processor.SeenAt is not { } seen || time.GetUtcNow() - seen > DarkAfter;

    private async Task<HeartbeatLink?> KeepAsync(string account, Heartbeat heartbeat, string nonce, string address, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await sources.Hub.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var last = await LastAsync(connection, account, cancellationToken);
        var cloned = last is not null && !last.CanBeFollowedBy(heartbeat) ? now : last?.ClonedAt;
        await using var keep = new NpgsqlCommand(EnrolmentSql.KeepHeartbeat, connection)
        {
            Parameters =
            {
                Text(account),
                new NpgsqlParameter<DateTimeOffset> { TypedValue = now },
                Text(heartbeat.Version),
                new NpgsqlParameter<long> { TypedValue = (long)(heartbeat.Clock - now).TotalMilliseconds },
                new NpgsqlParameter<long> { TypedValue = heartbeat.Backlog },
                Text(address),
                Text(heartbeat.Instance),
                Text(nonce),
                Text(heartbeat.Nonce),
                new NpgsqlParameter<long> { TypedValue = heartbeat.HeadSize },
                new NpgsqlParameter<DateTimeOffset?> { TypedValue = cloned },
            },
        };
        await keep.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        return last;
    }

    private static async Task<HeartbeatLink?> LastAsync(NpgsqlConnection connection, string account, CancellationToken cancellationToken)
    {
        await using var query = new NpgsqlCommand(EnrolmentSql.LastHeartbeat, connection) { Parameters = { Text(account) } };
        await using var row = await query.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken)
            ? new HeartbeatLink(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.IsDBNull(4) ? null : row.GetFieldValue<DateTimeOffset>(4))
            : null;
    }

    private static async Task<IReadOnlyList<KnownProcessor>> ReadAsync(NpgsqlCommand query, CancellationToken cancellationToken)
    {
        await using var row = await query.ExecuteReaderAsync(cancellationToken);
        var processors = new List<KnownProcessor>();
        while (await row.ReadAsync(cancellationToken))
        {
            var isSeen = !row.IsDBNull(2);
            processors.Add(new KnownProcessor(
                row.GetString(0),
                row.GetString(1),
                isSeen ? row.GetFieldValue<DateTimeOffset>(2) : null,
                isSeen ? row.GetString(3) : "",
                isSeen ? row.GetInt64(4) : 0,
                isSeen ? row.GetInt64(5) : 0,
                isSeen ? row.GetString(6) : "",
                isSeen ? row.GetInt64(7) : 0,
                row.IsDBNull(8) ? null : row.GetFieldValue<DateTimeOffset>(8),
                row.IsDBNull(9) ? null : row.GetFieldValue<DateTimeOffset>(9)));
        }

        return processors;
    }

    private static NpgsqlParameter<string> Text(string value) => new() { TypedValue = value };
}
