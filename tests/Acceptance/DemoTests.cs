using DataHub.Acceptance.Tests.Support;
using DataHub.EventStore.Postgres;
using DataHub.Kernel.Time;
using DataHub.TestKit;
using DataHub.Town;

namespace DataHub.Acceptance.Tests;

/// <summary>The town all demos of a run use, and what a demo that nobody disturbs makes of it.</summary>
public sealed class UndisturbedDemo : IAsyncLifetime
{
    // Enough people that their file takes two chunks.
    private const int Residents = 5_000;

    private readonly TempFolder _town = new();

    internal string Town => _town.Path;

    /// <summary>State of the database afterwards.</summary>
    internal IReadOnlyList<string> State { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        var options = new TownOptions { Residents = Residents, Seed = 330382, Today = CivilTime.Today(TimeProvider.System) };
        await TownWriter.WriteAsync(options, Town, progress: null, TestContext.Current.CancellationToken);
        using var folder = new DemoFolder(Town);
        await using var demo = folder.Demo("--exit");
        Assert.Equal((0, ""), (await demo.ExitAsync(), demo.Errors));
        State = await folder.StateAsync();
    }

    public ValueTask DisposeAsync()
    {
        _town.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>A demo that is killed while four processors push ends, when it is run again, where it would have ended without.</summary>
public sealed class DemoTests(UndisturbedDemo undisturbed) : IClassFixture<UndisturbedDemo>
{
    private static readonly string[] LaterEvents = ["events licence_minted 1 1", "events licence_revoked 2 1"];

    [Fact]
    public void Demo_Undisturbed_StoresWhatTheLaterStepsNeed()
    {
        Assert.All(LaterEvents, line => Assert.Contains(line, undisturbed.State));
        Assert.Equal(4, undisturbed.State.Count(line => line.StartsWith("batch ", StringComparison.Ordinal)));
        Assert.DoesNotContain(undisturbed.State, line => line.StartsWith("events record_asserted 2", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("batch_chunk", "true", 0, 0)]
    [InlineData("batch_chunk", "(select count(*) from datahub.batch_chunk) >= 2", 2, 0)]
    [InlineData("batch_chunk", "new.index = 1", 1, 0)]
    [InlineData("batch", "new.state = 1 and (select count(*) from datahub.batch where state = 1) >= 2", 2, 2)]
    public async Task Demo_KilledWhilePushingAndRunAgain_EndsAsIfNothingHadHappened(string table, string moment, int leastChunks, int leastBatches)
    {
        using var folder = new DemoFolder(undisturbed.Town);
        await using (var killed = folder.Demo("--exit"))
        {
            await killed.SaidAsync("listens on");
            await using (var connection = await folder.PauseAsync(table, moment))
            {
                await DemoFolder.PausedAsync(connection);
                Assert.True(await HubDatabase.CountAsync(connection, "select count(*) from datahub.batch_chunk") >= leastChunks);
                Assert.True(await HubDatabase.CountAsync(connection, "select count(*) from datahub.batch where state = 1") >= leastBatches);
                Assert.Contains("── 3", killed.Output, StringComparison.Ordinal);
                Assert.DoesNotContain("── 4", killed.Output, StringComparison.Ordinal);
                killed.Kill();
                Assert.NotEqual(0, await killed.ExitAsync());
            }

            await Wait.UntilAsync(() => Task.FromResult(Servers.On(folder.DataFolder).Count == 0));
        }

        await RemovePauseAsync(folder);
        await using var again = folder.Demo("--exit");
        Assert.Equal((0, ""), (await again.ExitAsync(), again.Errors));
        Assert.Equal([], Servers.On(folder.DataFolder));
        Assert.Equal(undisturbed.State, await folder.StateAsync());
    }

    [Fact]
    public async Task Demo_InterruptedWhilePushing_EndsWith130AndLeavesNothingRunning()
    {
        using var folder = new DemoFolder(town: null);
        await using var demo = folder.Demo("--exit", "--residents", "500");
        await demo.SaidAsync("listens on");
        var socketFolder = folder.Database.SocketFolder;
        await using (var connection = await folder.PauseAsync("batch_chunk", "true"))
        {
            await DemoFolder.PausedAsync(connection);
            await demo.InterruptAsync();
            Assert.Equal((130, ""), (await demo.ExitAsync(), demo.Errors));
        }

        Assert.Equal([], Servers.On(folder.DataFolder));
        Assert.False(Directory.Exists(socketFolder));
    }

    [Fact]
    public async Task Demo_ThatStaysUpInterrupted_EndsWith0AndLeavesNothing()
    {
        using var folder = new DemoFolder(town: null);
        await using var demo = folder.Demo("--residents", "500");
        await demo.SaidAsync("The hub stays up");
        var socketFolder = folder.Database.SocketFolder;
        await demo.InterruptAsync();

        Assert.Equal((0, ""), (await demo.ExitAsync(), demo.Errors));
        Assert.Equal([], Servers.On(folder.DataFolder));
        Assert.False(Directory.Exists(socketFolder));
        Assert.False(File.Exists(Path.Combine(folder.DataFolder, "running.json")));
    }

    private static async Task RemovePauseAsync(DemoFolder folder)
    {
        await using var postgres = await EmbeddedPostgres.StartAsync(
            PostgresFixture.OptionsFor(Path.Combine(folder.DataFolder, "database")), TestContext.Current.CancellationToken);
        await using var connection = await folder.Database.ConnectAsync();
        await using var command = new Npgsql.NpgsqlCommand("drop function datahub.pause cascade", connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
