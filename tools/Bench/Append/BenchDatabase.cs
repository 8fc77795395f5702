using System.Globalization;
using DataHub.Crypto.Sealing;
using DataHub.EventStore;
using DataHub.EventStore.Migrations;
using DataHub.EventStore.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace DataHub.Bench.Append;

/// <summary>A PostgreSQL as the hub runs it, commits on disk, in a folder that goes with the benchmark.</summary>
internal sealed class BenchDatabase : IAsyncDisposable
{
    private readonly string _folder;
    private readonly EmbeddedPostgres _postgres;

    private BenchDatabase(string folder, EmbeddedPostgres postgres, ServiceProvider services)
    {
        _folder = folder;
        _postgres = postgres;
        Services = services;
    }

    public ServiceProvider Services { get; }

    public NpgsqlDataSource Hub => Services.GetRequiredService<PostgresDataSources>().Hub;

    public static async Task<BenchDatabase> StartAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("datahub-bench-").FullName;
        File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        var postgres = await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions { DataFolder = Path.Combine(folder, "data"), MaxWalSizeMb = 8192 }, cancellationToken);
        var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton(KeyRing.Create(Path.Combine(folder, "keys")))
            .AddSingleton<ITransactionParticipant, LeanReadModel>()
            .AddEventStore(postgres.Endpoint)
            .AddEvents<BenchRecorded>()
            .BuildServiceProvider();
        var database = new BenchDatabase(folder, postgres, services);
        await services.GetRequiredService<Migrator>().ApplyAsync(cancellationToken);
        await database.SuperuserAsync(LeanReadModel.Table);
        return database;
    }

    /// <summary>Empty tables and a checkpoint behind it, so that each run starts alike.</summary>
    public async Task EmptyAsync()
    {
        await SuperuserAsync("truncate datahub.mt_streams, datahub.mt_events, datahub.bench_current, datahub.append_key");
        await SuperuserAsync("checkpoint");
    }

    /// <summary>Bytes of write-ahead log so far.</summary>
    public async Task<long> WalBytesAsync() => (long)(decimal)(await SuperuserAsync("select pg_current_wal_lsn() - '0/0'::pg_lsn"))!;

    /// <summary>Bytes of the three tables with their indexes.</summary>
    public async Task<long> DiskBytesAsync() => (long)(decimal)(await SuperuserAsync("""
        select sum(pg_total_relation_size(t)) from unnest(array['datahub.mt_streams', 'datahub.mt_events', 'datahub.bench_current']::regclass[]) t
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
        await Services.DisposeAsync();
        await _postgres.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"PostgreSQL {_postgres.MajorVersion}");
}
