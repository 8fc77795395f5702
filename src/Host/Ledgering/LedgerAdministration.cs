using System.Globalization;
using DataHub.EventStore;
using DataHub.EventStore.Postgres;
using DataHub.Host.Keys;
using DataHub.Kernel.Faults;
using DataHub.Ledger;
using DataHub.Ledger.Auditing;
using DataHub.Ledger.Entries;
using DataHub.Ledger.Export;
using DataHub.Ledger.Heads;
using DataHub.Ledger.Sequencing;
using DataHub.Ledger.Writing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace DataHub.Host.Ledgering;

/// <summary>
/// Looks after the ledger of a hub, for whoever holds its data folder: through the database of the hub that runs on it, through a configured one, or, while the hub is stopped, through its own PostgreSQL
/// started for as long as this takes.
/// </summary>
public sealed class LedgerAdministration : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly HubKeys _keys;
    private readonly EmbeddedPostgres? _postgres;

    private LedgerAdministration(ServiceProvider services, HubKeys keys, EmbeddedPostgres? postgres)
    {
        _services = services;
        _keys = keys;
        _postgres = postgres;
    }

    private LedgerExporter Exporter => _services.GetRequiredService<LedgerExporter>();

    /// <summary>Opens the ledger of a hub.</summary>
    /// <param name="folder">Its data folder.</param>
    /// <param name="connectionString">The PostgreSQL it is configured with; null = its own.</param>
    /// <param name="time">Clock.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="FaultException"><c>DATA_FOLDER_EMPTY</c>, <c>DATA_FOLDER_KEYS</c>, <c>DATABASE_START</c>, and those of starting a PostgreSQL.</exception>
    public static async Task<LedgerAdministration> OpenAsync(HubFolder folder, string? connectionString, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var name = folder.ReadName();
        var (endpoint, postgres) = connectionString is null
            ? await KeyAdministration.OwnAsync(folder, cancellationToken)
            : (PostgresEndpoint.Configured(connectionString), null);
        try
        {
            var keys = HubKeys.OpenExisting(folder, time);
            var services = new ServiceCollection().AddSingleton(time).AddSingleton(name).AddSingleton(keys.Ring).AddSingleton(LedgeringModule.SignersOf(keys)).AddEventStore(endpoint).AddLedger();
            return new LedgerAdministration(services.BuildServiceProvider(), keys, postgres);
        }
        catch
        {
            await (postgres?.DisposeAsync() ?? ValueTask.CompletedTask);
            throw;
        }
    }

    /// <summary>Lays the last head this node saw aside, so that the hub goes on from what the database holds; its next start records that (<see cref="AcceptedRollback"/>).</summary>
    /// <param name="folder">The data folder of a stopped hub.</param>
    /// <returns>The head laid aside; null where none was kept.</returns>
    /// <exception cref="FaultException">The hub runs: <c>HUB_RUNNING</c>.</exception>
    public static TreeHead? AcceptRollback(HubFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        folder.ReadName();
        return File.Exists(folder.RunningFile) ? throw LedgeringFaults.HubRunning() : AcceptedRollback.Accept(folder.LedgerHead);
    }

    /// <summary>Writes an export and looks at the tiles, which are not in it.</summary>
    /// <param name="target">A folder that does not exist.</param>
    /// <param name="withEvents">With the events themselves.</param>
    /// <param name="cancellationToken">Stops and leaves nothing behind.</param>
    /// <returns>What is in it, and how many tiles are not what the leaves give.</returns>
    /// <exception cref="FaultException"><c>EXPORT_EXISTS</c>, <c>DATABASE_AWAY</c>, <c>SCHEMA_OLD</c>.</exception>
    public async Task<(ExportCounts Counts, long DamagedTiles)> ExportAsync(string target, bool withEvents, CancellationToken cancellationToken)
    {
        try
        {
            return (await Exporter.WriteAsync(target, withEvents, cancellationToken), await Exporter.CountDamagedTilesAsync(cancellationToken));
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
        {
            throw HostFaults.SchemaOld(e);
        }
    }

    /// <summary>
    /// Takes old months out of the database: they are exported, the export is audited, the act is recorded, and only then they are dropped. Hashes, tiles and heads stay, so that with the export everything
    /// can still be proven.
    /// </summary>
    /// <param name="target">Folder of the export, which must not exist; to be kept for good.</param>
    /// <param name="until">First month to stay; earlier ones go.</param>
    /// <param name="retentionDays">How old an entry must be at least, in days; 190 or more.</param>
    /// <param name="earlier">Folders of exports of months archived before, which this export no longer has.</param>
    /// <param name="cancellationToken">Stops before the months are dropped.</param>
    /// <returns>The months dropped, <c>yyyyMM</c>.</returns>
    /// <exception cref="FaultException">
    /// Too young: <c>RETENTION</c>; what is there does not prove itself: <c>ARCHIVE_NOT_PROVEN</c>, or leaves of those months are under no head yet: <c>ARCHIVE_PENDING</c>; nothing is dropped.
    /// </exception>
    public async Task<IReadOnlyList<string>> ArchiveAsync(string target, DateOnly until, int retentionDays, IReadOnlyList<string> earlier, CancellationToken cancellationToken)
    {
        var first = new DateTimeOffset(new DateOnly(until.Year, until.Month, 1).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        if (retentionDays < LedgerOptions.MinRetentionDays || first > _services.GetRequiredService<TimeProvider>().GetUtcNow().AddDays(-retentionDays))
        {
            throw LedgeringFaults.TooYoung(Math.Max(retentionDays, LedgerOptions.MinRetentionDays));
        }

        var archive = new MonthArchive(_services.GetRequiredService<PostgresDataSources>());
        await ExportAsync(target, withEvents: true, cancellationToken);
        var report = ExportAuditor.Run(target, new AuditOptions { Roots = _keys.Roots, Archives = earlier }, cancellationToken);
        if (!report.IsProven)
        {
            throw LedgeringFaults.NotProven();
        }

        if (await archive.HasPendingAsync(first, cancellationToken))
        {
            throw LedgeringFaults.Pending();
        }

        var months = await archive.MonthsBeforeAsync(first, cancellationToken);
        if (months.Count > 0)
        {
            await _services.GetRequiredService<LedgerWriter>().RecordAsync(EntryOf(months, report), cancellationToken);
            await archive.DropAsync(months);
        }

        return months;
    }

    /// <summary>Closes the connections, and stops the PostgreSQL that was started for this.</summary>
    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _keys.Dispose();
        if (_postgres is not null)
        {
            await _postgres.DisposeAsync();
        }
    }

    private static LedgerEntry EntryOf(IReadOnlyList<string> months, AuditReport report) => new()
    {
        Kind = EntryKind.Administered,
        Account = "",
        Organisation = "",
        Method = "hub/audit/archive",
        Outcome = "OK",
        Target = string.Create(CultureInfo.InvariantCulture, $"{months.Count} months, {months[0]} to {months[^1]}, exported under the head of {report.LastHead!.Size} leaves"),
    };
}
