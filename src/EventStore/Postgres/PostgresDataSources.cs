using DataHub.EventStore.Signals;
using Npgsql;

namespace DataHub.EventStore.Postgres;

/// <summary>One named connection pool per role. Statements are prepared by use, unqualified names mean schema <c>datahub</c>, errors carry no data.</summary>
public sealed class PostgresDataSources : IAsyncDisposable
{
    /// <summary>Schema of all tables of the hub.</summary>
    public const string Schema = "datahub";

    // Together below the hundred connections a server takes by default, with room for scheduler, backup and administrator.
    private const int HubPoolSize = 40;
    private const int ReaderPoolSize = 10;

    // Large appends stream many rows; a quarter of the system calls of the driver's default.
    private const int WriteBufferBytes = 32 * 1024;

    /// <summary>Pools for one database; nothing connects before first use.</summary>
    /// <param name="endpoint">Where the database is.</param>
    public PostgresDataSources(PostgresEndpoint endpoint)
    {
        Owner = Build(endpoint.Owner, "datahub-owner", poolSize: 0);
        Hub = Build(endpoint.Hub, "datahub-hub", HubPoolSize);
        Reader = Build(endpoint.Reader, "datahub-reader", ReaderPoolSize);
        Standing = Build(endpoint.Hub, Node.Value, poolSize: 0);
    }

    /// <summary>What this node is called towards the others.</summary>
    public NodeName Node { get; } = new();

    /// <summary>Connections as <c>datahub_owner</c>, not pooled: migrations only.</summary>
    public NpgsqlDataSource Owner { get; }

    /// <summary>Connections as <c>datahub_hub</c>: everything the hub does.</summary>
    public NpgsqlDataSource Hub { get; }

    /// <summary>Connections as <c>datahub_reader</c>: reports and exports.</summary>
    public NpgsqlDataSource Reader { get; }

    /// <summary>Connections as <c>datahub_hub</c>, not pooled, named after the node: the few held for the life of the process, whose end means something.</summary>
    public NpgsqlDataSource Standing { get; }

    /// <summary>Closes all connections.</summary>
    public async ValueTask DisposeAsync()
    {
        await Owner.DisposeAsync();
        await Hub.DisposeAsync();
        await Reader.DisposeAsync();
        await Standing.DisposeAsync();
    }

    private static NpgsqlDataSource Build(string connectionString, string name, int poolSize)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = name,
            SearchPath = Schema,
            IncludeErrorDetail = false,
            LogParameters = false,
            Pooling = poolSize > 0,
            MaxAutoPrepare = poolSize > 0 ? 100 : 0,
            AutoPrepareMinUsages = 2,
            WriteBufferSize = WriteBufferBytes,
            NoResetOnClose = true, // Nothing leaves session state behind on a pooled connection; to reset it costs as much as a small query.
        };
        settings.MaxPoolSize = Math.Min(settings.MaxPoolSize, Math.Max(poolSize, 1));
        return new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = name }.Build();
    }
}
