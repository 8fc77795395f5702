using DataHub.Bench.Append;
using DataHub.Crypto.Certificates;
using DataHub.Crypto.Sealing;
using DataHub.Crypto.Signing;
using DataHub.EventStore;
using DataHub.EventStore.Migrations;
using DataHub.EventStore.Postgres;
using DataHub.Kernel;
using DataHub.Ledger;
using DataHub.Ledger.Heads;
using DataHub.Ledger.Writing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace DataHub.Bench.Ledger;

/// <summary>A PostgreSQL as the hub runs it, commits on disk, with a node whose sequencer runs, and a store without a ledger beside it.</summary>
internal sealed class LedgerDatabase : IAsyncDisposable
{
    private const string Organisation = "11330100002489559R";

    // The row of an act with the indexes of the ledger's, and nothing else.
    private const string FloorTable = """
        create table datahub.bench_entry (like datahub.ledger_entry including all);
        grant insert on datahub.bench_entry to datahub_hub
        """;

    private readonly string _folder;
    private readonly EmbeddedPostgres _postgres;
    private readonly ServiceProvider _plain;
    private readonly ServiceProvider _ledgered;

    private LedgerDatabase(string folder, EmbeddedPostgres postgres)
    {
        (_folder, _postgres) = (folder, postgres);
        var ring = KeyRing.Create(Path.Combine(folder, "keys"));
        _plain = Services(ring).BuildServiceProvider();
        _ledgered = Services(ring).AddLedger().AddSingleton(SignersIn(folder)).BuildServiceProvider();
    }

    public string Name => $"PostgreSQL {_postgres.MajorVersion}";

    public LedgerWriter Ledger => _ledgered.GetRequiredService<LedgerWriter>();

    public NpgsqlDataSource Hub => _plain.GetRequiredService<PostgresDataSources>().Hub;

    public IEventStore PlainEvents => _plain.GetRequiredService<IEventStore>();

    public IEventStore LedgeredEvents => _ledgered.GetRequiredService<IEventStore>();

    private IHostedService Sequencer => _ledgered.GetServices<IHostedService>().Single(service => service.GetType().Name == "SequencerService");

    public static async Task<LedgerDatabase> StartAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("datahub-bench-").FullName;
        File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        var postgres = await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions { DataFolder = Path.Combine(folder, "data"), MaxWalSizeMb = 8192 }, cancellationToken);
        var database = new LedgerDatabase(folder, postgres);
        await database._ledgered.GetRequiredService<Migrator>().ApplyAsync(cancellationToken);
        await database.SuperuserAsync(FloorTable);
        await database.Sequencer.StartAsync(cancellationToken);
        return database;
    }

    /// <summary>A checkpoint, so that each run starts alike.</summary>
    public Task SettleAsync() => SuperuserAsync("checkpoint");

    /// <summary>Bytes of write-ahead log so far.</summary>
    public async Task<long> WalBytesAsync() => (long)(decimal)(await SuperuserAsync("select pg_current_wal_lsn() - '0/0'::pg_lsn"))!;

    /// <summary>Bytes of the ledger's tables with their indexes.</summary>
    public async Task<long> DiskBytesAsync() => (long)(decimal)(await SuperuserAsync("""
        select sum(pg_total_relation_size(oid)) from pg_class
        where  relnamespace = 'datahub'::regnamespace and relkind = 'r' and (relname like 'ledger\_%' or relname = 'leaf_sequence')
        """))!;

    public async Task<object?> SuperuserAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_postgres.SuperuserOf(PostgresEndpoint.DefaultDatabase));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        return await command.ExecuteScalarAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Sequencer.StopAsync(CancellationToken.None);
        await _ledgered.DisposeAsync();
        await _plain.DisposeAsync();
        await _postgres.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private IServiceCollection Services(KeyRing ring) =>
        new ServiceCollection().AddLogging().AddSingleton(ring).AddSingleton(new HubName("bench")).AddEventStore(_postgres.Endpoint).AddEvents<BenchRecorded>();

    private static LedgerSigners SignersIn(string folder)
    {
        var validity = CertificateValidity.StartingNow(TimeProvider.System, TimeSpan.FromDays(1));
        var heads = LicenceAuthority.Create(Path.Combine(folder, "root"), new LicenceIssuerName("Bench", Organisation), validity, "bench");
        using var receipts = TlsAuthority.Create(Path.Combine(folder, "tls"), "Bench", validity, "bench");
        return new LedgerSigners(
            heads.IssueSigner(Path.Combine(folder, "heads.pem"), new LicenceIssuerName(SignedHead.SignerName, Organisation), validity, "bench"),
            receipts.IssueSigner(Path.Combine(folder, "receipts.pem"), new LicenceIssuerName("Bench receipts", Organisation), SignerPurpose.Receipts, validity, "bench"));
    }
}
