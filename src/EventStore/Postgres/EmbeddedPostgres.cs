using System.Diagnostics;
using DataHub.Kernel.Faults;
using Npgsql;

namespace DataHub.EventStore.Postgres;

/// <summary>
/// A PostgreSQL server of the hub's own: cluster in a data folder, Unix socket in a private folder, no TCP. It starts with the hub and ends
/// with it, cleanly on <see cref="DisposeAsync"/>, and also when the hub is killed. A server that ends by itself is started again, as often as it takes; what was
/// committed is there again then. Any local user who may enter the socket folder (the hub's own user) is trusted.
/// </summary>
public sealed class EmbeddedPostgres : IAsyncDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(15);
    private static readonly TimeSpan RestartInterval = TimeSpan.FromMilliseconds(250);

    private readonly EmbeddedPostgresOptions _options;
    private readonly DataFolder _folder;
    private readonly PostgresBinaries _binaries;
    private readonly CancellationTokenSource _stopping = new();
    private Process? _server;
    private Task _watch = Task.CompletedTask;
    private string _socketFolder = "";

    private EmbeddedPostgres(EmbeddedPostgresOptions options, DataFolder folder, PostgresBinaries binaries)
    {
        _options = options;
        _folder = folder;
        _binaries = binaries;
    }

    /// <summary>Connection strings of database <c>datahub</c>.</summary>
    public PostgresEndpoint Endpoint => EndpointOf(PostgresEndpoint.DefaultDatabase);

    /// <summary>Process id of the server; another one after it was started again.</summary>
    public int ProcessId => _server!.Id;

    /// <summary>Major version of the server, for example 15.</summary>
    public int MajorVersion => _binaries.Major;

    /// <summary>Folder with this server's programs (<c>pg_dump</c>, <c>pg_basebackup</c> …).</summary>
    public string BinFolder => _binaries.Folder;

    /// <summary>Starts the server; makes cluster, roles and the empty database <c>datahub</c> where they are missing. Returns when it answers.</summary>
    /// <param name="options">Where and how.</param>
    /// <param name="cancellationToken">Stops waiting; a server already started is stopped again.</param>
    /// <exception cref="FaultException"><c>POSTGRES_MISSING</c>, <c>DATA_FOLDER_VERSION</c>, <c>DATA_FOLDER_ACCESS</c>, <c>DATA_FOLDER_IN_USE</c>, <c>POSTGRES_START</c>.</exception>
    public static async Task<EmbeddedPostgres> StartAsync(EmbeddedPostgresOptions options, CancellationToken cancellationToken)
    {
        var found = await PostgresBinaries.FindAsync(options.BinFolder, Environment.GetEnvironmentVariable("PATH"), cancellationToken);
        if (found.Count == 0)
        {
            throw EmbeddedFaults.Missing();
        }

        var folder = await DataFolder.TakeAsync(options.DataFolder, cancellationToken);
        EmbeddedPostgres? postgres = null;
        try
        {
            postgres = new EmbeddedPostgres(options, folder, Choose(found, folder, options.DataFolder));
            await postgres.StartAsync(cancellationToken);
            postgres._watch = Task.Run(postgres.KeepRunningAsync, CancellationToken.None);
            return postgres;
        }
        catch
        {
            await (postgres?.DisposeAsync() ?? default);
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Connection strings of database <c>datahub</c> of the server that another process runs on a data folder; null where none does.</summary>
    /// <param name="dataFolder">Its data folder.</param>
    public static PostgresEndpoint? EndpointOfRunning(string dataFolder) =>
        DataFolder.RunningSocketFolder(dataFolder) is { } folder ? EndpointAt(folder, PostgresEndpoint.DefaultDatabase) : null;

    /// <summary>Connection strings of any database of this server.</summary>
    /// <param name="database">Name of the database.</param>
    public PostgresEndpoint EndpointOf(string database) => EndpointAt(_socketFolder, database);

    /// <summary>Connection string of the superuser, not pooled: for setting up, backup and tests.</summary>
    /// <param name="database">Name of the database.</param>
    public string SuperuserOf(string database) =>
        new NpgsqlConnectionStringBuilder { Host = _socketFolder, Database = database, Username = "postgres", Pooling = false }.ConnectionString;

    /// <summary>Stops the server: open transactions are rolled back, everything is written, the process has ended on return.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _watch;
        if (_server is { HasExited: false } server)
        {
            await StopServerAsync();
            await server.WaitForExitAsync(CancellationToken.None);
        }

        _server?.Dispose();
        _server = null;
        _folder.DeleteSocketFolder();
        _folder.Dispose();
        _stopping.Dispose();
    }

    private static PostgresEndpoint EndpointAt(string socketFolder, string database) =>
        PostgresEndpoint.Configured(new NpgsqlConnectionStringBuilder { Host = socketFolder, Database = database }.ConnectionString);

    private static PostgresBinaries Choose(IReadOnlyList<PostgresBinaries> found, DataFolder folder, string path) =>
        folder.ClusterMajor() is not { } major
            ? found[0]
            : found.FirstOrDefault(binaries => binaries.Major == major) ?? throw EmbeddedFaults.OtherMajor(path, major, found[0].Major);

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        await StopOrphanAsync();
        if (_folder.ClusterMajor() is null)
        {
            await _folder.CreateClusterAsync(_binaries, _options.Fsync, cancellationToken);
        }

        _socketFolder = await _folder.CreateSocketFolderAsync(cancellationToken);
        await using var superuser = await StartServerAsync(cancellationToken);
        await SetUpAsync(superuser, cancellationToken);
    }

    private async Task<NpgsqlConnection> StartServerAsync(CancellationToken cancellationToken)
    {
        _server?.Dispose();
        _server = await ServerProcess.StartAsync([_binaries.Program("postgres"), .. ServerSettings.Arguments(_options, _folder.Cluster, _socketFolder)], _folder.Log);
        return await ConnectAsync(_server, cancellationToken);
    }

    // A new server refuses to start until the last process of the one before has gone; then it recovers.
    private async Task KeepRunningAsync()
    {
        try
        {
            while (true)
            {
                await _server!.WaitForExitAsync(_stopping.Token);
                try
                {
                    await (await StartServerAsync(_stopping.Token)).DisposeAsync();
                }
                catch (FaultException)
                {
                    await Task.Delay(RestartInterval, _stopping.Token); // Why it did not start stands in its log.
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The hub is stopping the server.
        }
    }

    // A hub killed outright may leave a server still at work or just shutting down. Adopting it would mean living on a server that is about to go.
    private async Task StopOrphanAsync()
    {
        if (_folder.PostmasterPid() is { } pid && IsServerOfThisCluster(pid))
        {
            await StopServerAsync();
        }
    }

    private bool IsServerOfThisCluster(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline").Split('\0').Contains(_folder.Cluster);
        }
        catch (IOException)
        {
            return false; // No such process.
        }
    }

    // pg_ctl waits for the end, at most 60 s; a server that hangs longer is made to recover at its next start instead.
    private async Task StopServerAsync()
    {
        foreach (var mode in (string[])["fast", "immediate"])
        {
            string[] stop = [_binaries.Program("pg_ctl"), "stop", "-D", _folder.Cluster, "-m", mode, "-w", "-t", "60"];
            var (exitCode, _) = await OsCommand.RunAsync(asPostgres: true, stop, CancellationToken.None);
            if (exitCode == 0)
            {
                return;
            }
        }
    }

    // Recovery after a crash can take minutes: wait as long as our process lives, and accept no other server's answer.
    private async Task<NpgsqlConnection> ConnectAsync(Process server, CancellationToken cancellationToken)
    {
        while (!server.HasExited)
        {
            if (_folder.PostmasterPid() == server.Id && await TryConnectAsync(cancellationToken) is { } connection)
            {
                return connection;
            }

            await Task.Delay(PollInterval, cancellationToken);
        }

        throw EmbeddedFaults.NotStarted("PostgreSQL", _folder.LastLogLine(), _folder.Log);
    }

    private async Task<NpgsqlConnection?> TryConnectAsync(CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(SuperuserOf("postgres"));
        try
        {
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
        catch (NpgsqlException)
        {
            await connection.DisposeAsync(); // No socket yet, or still recovering (57P03).
            return null;
        }
    }

    private static async Task SetUpAsync(NpgsqlConnection superuser, CancellationToken cancellationToken)
    {
        await using var roles = new NpgsqlCommand(PostgresEndpoint.RolesScript(), superuser);
        await roles.ExecuteNonQueryAsync(cancellationToken);
        await using var exists = new NpgsqlCommand("select exists (select from pg_database where datname = 'datahub')", superuser);
        if (await exists.ExecuteScalarAsync(cancellationToken) is false)
        {
            await using var create = new NpgsqlCommand("create database datahub owner datahub_owner", superuser);
            await create.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
