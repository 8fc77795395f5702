using System.Diagnostics;
using System.Globalization;
using DataHub.EventStore.Postgres;
using DataHub.Kernel.Faults;
using DataHub.KilledHub;
using DataHub.TestKit;
using Npgsql;

namespace DataHub.EventStore.Tests.Postgres;

public sealed class EmbeddedPostgresTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private EmbeddedPostgresOptions Options => PostgresFixture.OptionsFor(_folder.Sub("data"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task StartAsync_TwiceInARow_KeepsDataAndLeavesNothingRunning()
    {
        int pid;
        await using (var first = await EmbeddedPostgres.StartAsync(Options, Token))
        {
            pid = first.ProcessId;
            await ExecuteAsync(first.Endpoint.Owner, "create table kept (n int)");
            Assert.Equal("off|off|C|UTF8|on|", await ExecuteAsync(
                first.SuperuserOf("datahub"),
                """
                select concat_ws('|', current_setting('jit'), current_setting('fsync'), datcollate, pg_encoding_to_char(encoding), current_setting('data_checksums'),
                    current_setting('listen_addresses')) from pg_database where datname = 'datahub'
                """));
        }

        Assert.False(IsRunning(pid));
        await using var second = await EmbeddedPostgres.StartAsync(Options, Token);
        Assert.Equal(0L, await ExecuteAsync(second.Endpoint.Owner, "select count(*) from kept"));
    }

    [Fact]
    public async Task StartAsync_FolderHeldByALivingHub_IsRefusedAndThatOneGoesOn()
    {
        await using var first = await EmbeddedPostgres.StartAsync(Options, Token);
        await RefusedAsync("DATA_FOLDER_IN_USE");
        Assert.Equal(1, await ExecuteAsync(first.Endpoint.Hub, "select 1"));
    }

    [Fact]
    public async Task StartAsync_HubWasKilled_ServerHasGoneWithItAndTheFolderIsTakenOver()
    {
        var start = new ProcessStartInfo("dotnet", [typeof(KilledHubMarker).Assembly.Location, Options.DataFolder]) { RedirectStandardOutput = true };
        using var hub = Process.Start(start)!;
        var pid = int.Parse((await hub.StandardOutput.ReadLineAsync(Token))!, CultureInfo.InvariantCulture);
        await using var connection = new NpgsqlConnection(await hub.StandardOutput.ReadLineAsync(Token));
        await connection.OpenAsync(Token);
        var socketFolder = connection.Host!;

        hub.Kill();
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => connection.WaitAsync(Token)); // The server says goodbye by itself.

        await using var second = await EmbeddedPostgres.StartAsync(Options, Token);
        Assert.False(IsRunning(pid));
        Assert.False(Directory.Exists(socketFolder));
        Assert.Equal(1, await ExecuteAsync(second.Endpoint.Hub, "select 1"));
    }

    [Fact]
    public async Task StartAsync_OrphanStillAlive_IsStoppedNotAdopted()
    {
        await (await EmbeddedPostgres.StartAsync(Options, Token)).DisposeAsync();
        var orphan = await StartOrphanAsync();

        await using var postgres = await EmbeddedPostgres.StartAsync(Options, Token);
        Assert.NotEqual(orphan, postgres.ProcessId);
        Assert.False(IsRunning(orphan));
        Assert.Equal(1, await ExecuteAsync(postgres.Endpoint.Hub, "select 1"));
    }

    [Fact]
    public async Task StartAsync_NoPrograms_SaysHowToInstall()
    {
        var fault = await RefusedAsync("POSTGRES_MISSING", Options with { BinFolder = _folder.Path });
        Assert.Contains("apt-get install", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_FolderOfAnotherFormat_IsRefused()
    {
        Directory.CreateDirectory(Options.DataFolder);
        await File.WriteAllTextAsync(Path.Combine(Options.DataFolder, "format"), "datahub 99\n", Token);
        var fault = await RefusedAsync("DATA_FOLDER_VERSION");
        Assert.Contains("datahub 99", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_ClusterOfAnotherMajor_IsRefused()
    {
        Directory.CreateDirectory(Path.Combine(Options.DataFolder, "postgres"));
        await File.WriteAllTextAsync(Path.Combine(Options.DataFolder, "format"), DataFolder.Format, Token);
        await File.WriteAllTextAsync(Path.Combine(Options.DataFolder, "postgres", "PG_VERSION"), "9\n", Token);
        var fault = await RefusedAsync("DATA_FOLDER_VERSION");
        Assert.Contains("postgresql-9", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_FolderPostgresMayNotEnter_NamesTheObstacle()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root drops to another user.");
        var closed = Directory.CreateDirectory(_folder.Sub("closed"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var fault = await RefusedAsync("DATA_FOLDER_ACCESS", Options with { DataFolder = Path.Combine(closed.FullName, "data") });
        Assert.Contains($"chmod o+x {closed.FullName}", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_ServerRefusesItsSettings_QuotesItsLastWord()
    {
        var fault = await RefusedAsync("POSTGRES_START", Options with { MaxConnections = 0 });
        Assert.Contains("max_connections", fault.Message, StringComparison.Ordinal);
        await using var cured = await EmbeddedPostgres.StartAsync(Options, Token);
        Assert.True(cured.ProcessId > 0);
    }

    [Fact]
    public async Task Log_AfterFailingStatementsWithData_HoldsNoData()
    {
        await using (var postgres = await EmbeddedPostgres.StartAsync(Options, Token))
        {
            await ExecuteAsync(postgres.Endpoint.Owner, "create table person (id text primary key); grant all on person to datahub_hub");
            await ExecuteAsync(postgres.Endpoint.Hub, "insert into person values ('canary0')");
            foreach (var sql in (string[])["insert into person values ('canary0')", "select 'canary1'::date", "select canary2"])
            {
                await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(postgres.Endpoint.Hub, sql));
            }
        }

        Assert.DoesNotContain("canary", await File.ReadAllTextAsync(Path.Combine(Options.DataFolder, "postgres.log"), Token), StringComparison.Ordinal);
    }

    // A process that has ended keeps its entry, without a command line, until its parent asks for it; where that is init's job it may take a while.
    private static bool IsRunning(int pid) => File.Exists($"/proc/{pid}/cmdline") && File.ReadAllText($"/proc/{pid}/cmdline").Length > 0;

    private static async Task<object?> ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, SearchPath = "public" }.ConnectionString);
        await connection.OpenAsync(Token);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Token);
    }

    private async Task<FaultException> RefusedAsync(string code, EmbeddedPostgresOptions? options = null)
    {
        var fault = await Assert.ThrowsAsync<FaultException>(() => EmbeddedPostgres.StartAsync(options ?? Options, Token));
        Assert.Equal(code, fault.Code);
        return fault;
    }

    // As a hub leaves it that was killed where pdeathsig did not work.
    private async Task<int> StartOrphanAsync()
    {
        var cluster = Path.Combine(Options.DataFolder, "postgres");
        var binaries = (await PostgresBinaries.FindAsync(null, Environment.GetEnvironmentVariable("PATH"), Token))[0];
        string[] start =
        [
            binaries.Program("pg_ctl"), "start", "-D", cluster, "-w", "-l", "/dev/null", "-o", $"-k {cluster} -c listen_addresses= -c fsync=off -c logging_collector=off",
        ];
        var (exitCode, output) = await OsCommand.RunAsync(asPostgres: true, start, Token);
        Assert.True(exitCode == 0, output);
        return int.Parse((await File.ReadAllLinesAsync(Path.Combine(cluster, "postmaster.pid"), Token))[0], CultureInfo.InvariantCulture);
    }
}
