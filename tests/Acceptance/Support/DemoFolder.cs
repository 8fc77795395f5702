using DataHub.EventStore.Postgres;
using DataHub.TestKit;
using Npgsql;

namespace DataHub.Acceptance.Tests.Support;

/// <summary>A data folder for <c>hub demo</c> with a town in it, and a switch in its database that stops the hub at a chosen moment.</summary>
internal sealed class DemoFolder : IDisposable
{
    // Any number nobody else locks.
    private const long Switch = 330_382;

    private readonly TempFolder _folder = new();

    /// <summary>A new folder.</summary>
    /// <param name="town">Folder of a town to copy; null leaves it to the demo to write one.</param>
    public DemoFolder(string? town)
    {
        Directory.CreateDirectory(Path.Combine(DataFolder, "town"));
        foreach (var file in town is null ? [] : Directory.GetFiles(town))
        {
            File.Copy(file, Path.Combine(DataFolder, "town", Path.GetFileName(file)));
        }
    }

    public string DataFolder => _folder.Sub("hub");

    public HubDatabase Database => new(DataFolder);

    public void Dispose() => _folder.Dispose();

    public HubProcess Demo(params IEnumerable<string> more) => HubProcess.Start(["demo", "--data", DataFolder, .. more]);

    /// <summary>
    /// Makes whoever writes to a table wait, inside its transaction, as soon as a condition holds, and completes when somebody waits.
    /// Exact where killing after a while is luck. The connection returned holds the switch.
    /// </summary>
    public async Task<NpgsqlConnection> PauseAsync(string table, string condition)
    {
        var connection = await Database.ConnectAsync();
        await using var command = new NpgsqlCommand(
            $"""
            select pg_advisory_lock({Switch});
            create function datahub.pause() returns trigger language plpgsql as $pause$
            begin
                if {condition} then perform pg_advisory_xact_lock({Switch}); end if;
                return new;
            end $pause$;
            create trigger pause before insert or update on datahub.{table} for each row execute function datahub.pause();
            """,
            connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        return connection;
    }

    /// <summary>Completes when somebody waits at the switch.</summary>
    public static Task PausedAsync(NpgsqlConnection connection) => Wait.UntilAsync(async () =>
        await HubDatabase.CountAsync(connection, $"select count(*) from pg_locks where locktype = 'advisory' and objid = {Switch} and not granted") > 0);

    /// <summary>What stands in the database of a hub that has ended.</summary>
    public async Task<IReadOnlyList<string>> StateAsync()
    {
        await using var postgres = await EmbeddedPostgres.StartAsync(
            PostgresFixture.OptionsFor(Path.Combine(DataFolder, "database")), TestContext.Current.CancellationToken);
        return await Database.LinesAsync(
            """
            select concat_ws(' ', 'events', type, version, count(*)) from datahub.mt_events group by type, version
            union all select concat_ws(' ', 'streams', type, version, count(*)) from datahub.mt_streams group by type, version
            union all select concat_ws(' ', 'records', resource, count(*)) from datahub.record_current group by resource
            union all select concat_ws(' ', 'subjects', resource, role, count(*)) from datahub.record_subject group by resource, role
            union all select concat_ws(' ', 'quarantined', resource, findings, count(*)) from datahub.quarantine group by resource, findings
            union all select concat_ws(' ', 'batch', resource, sequence, state, received, accepted, unchanged, repeated, quarantined, warned) from datahub.batch
            union all select concat_ws(' ', 'quality', b.resource, q.rule, q.field, q.checked, q.failed) from datahub.quality_count q join datahub.batch b using (batch_id)
            union all select concat_ws(' ', 'entries', count(*)) from datahub.catalog_entry
            union all select concat_ws(' ', 'answers', count(*)) from datahub.ledger_entry where kind = 1
            """);
    }

}
