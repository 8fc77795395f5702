using System.Globalization;
using DataHub.Crypto.Sealing;
using DataHub.EventStore;
using DataHub.EventStore.Migrations;
using DataHub.EventStore.Postgres;
using Npgsql;

namespace DataHub.TestKit;

/// <summary>
/// One PostgreSQL for a test assembly (<c>[assembly: AssemblyFixture(typeof(PostgresFixture))]</c>), started at first use, with one migrated template
/// database. Modules with schema changes of their own derive from it and pass them on.
/// </summary>
public class PostgresFixture : IAsyncDisposable
{
    private const string Template = "template_datahub";

    private readonly Lazy<Task<EmbeddedPostgres>> _postgres;
    private readonly SemaphoreSlim _cloning = new(1);
    private readonly MigrationSet[] _migrations;
    private readonly string _folder = Directory.CreateTempSubdirectory("datahub-tests-").FullName;
    private int _clones;

    /// <summary>A server with the event store's schema.</summary>
    public PostgresFixture()
        : this([])
    {
    }

    /// <summary>A server with the event store's schema and that of more modules.</summary>
    /// <param name="more">Schema changes of the modules under test, in order.</param>
    protected PostgresFixture(params MigrationSet[] more)
    {
        _migrations = [EventStoreModule.Migrations, .. more];
        _postgres = new Lazy<Task<EmbeddedPostgres>>(StartAsync);
        Keys = KeyRing.Create(Path.Combine(_folder, "keys"));
    }

    /// <summary>Key files of this run.</summary>
    public KeyRing Keys { get; }

    /// <summary>The server, started if it was not yet.</summary>
    public Task<EmbeddedPostgres> ServerAsync() => _postgres.Value;

    /// <summary>A fresh database with the full schema, for one test class or test.</summary>
    public async Task<TestDatabase> CloneAsync()
    {
        var postgres = await ServerAsync();
        var name = string.Create(CultureInfo.InvariantCulture, $"test_{Interlocked.Increment(ref _clones)}");
        await _cloning.WaitAsync();
        try
        {
            await ExecuteAsync(postgres, $"create database {name} template {Template} owner datahub_owner");
        }
        finally
        {
            _cloning.Release();
        }

        return new TestDatabase(postgres.EndpointOf(name), postgres.SuperuserOf(name), Keys);
    }

    /// <summary>Stops the server and removes its folder.</summary>
    public virtual async ValueTask DisposeAsync()
    {
        if (_postgres.IsValueCreated)
        {
            await (await _postgres.Value).DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
        _cloning.Dispose();
        GC.SuppressFinalize(this);
    }

    private static async Task ExecuteAsync(EmbeddedPostgres postgres, string sql)
    {
        await using var connection = new NpgsqlConnection(postgres.SuperuserOf("postgres"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private async Task<EmbeddedPostgres> StartAsync()
    {
        // The temp folder is 0700; user postgres has to pass it to reach the cluster.
        File.SetUnixFileMode(_folder, File.GetUnixFileMode(_folder) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        var postgres = await EmbeddedPostgres.StartAsync(OptionsFor(Path.Combine(_folder, "data")), CancellationToken.None);
        await ExecuteAsync(postgres, $"create database {Template} owner datahub_owner");
        await using var sources = new PostgresDataSources(postgres.EndpointOf(Template));
        await new Migrator(sources, _migrations).ApplyAsync(CancellationToken.None);
        return postgres;
    }

    /// <summary>Settings for a server that lives for a test: small, and without waiting for the disk.</summary>
    /// <param name="dataFolder">Its data folder.</param>
    public static EmbeddedPostgresOptions OptionsFor(string dataFolder) => new()
    {
        DataFolder = dataFolder,
        Fsync = false,
        SharedBuffersMb = 128,
        MaxWalSizeMb = 512,
    };
}
