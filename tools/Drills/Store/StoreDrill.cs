using System.Diagnostics;
using System.Globalization;
using DataHub.Kernel.Faults;

namespace DataHub.Drills.Store;

/// <summary><c>drill store</c>: kills of PostgreSQL and of the hub during appends lose and double nothing; a reader beside eight writers misses nothing.</summary>
public static class StoreDrill
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Runs the drill.</summary>
    /// <param name="kills">Kills of PostgreSQL, and as many of the process that holds the store.</param>
    /// <param name="reading">How long the readers race.</param>
    /// <param name="startWriters">How to start a process that runs <see cref="StoreWriters.RunAsync"/> on a data folder, with redirected standard streams.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static async Task<DrillReport> RunAsync(int kills, TimeSpan reading, Func<string, ProcessStartInfo> startWriters, CancellationToken cancellationToken)
    {
        var (counts, losses) = (new List<(string, string)>(), new List<string>());
        await InFolderAsync(folder => KillServerAsync(folder, kills, counts, losses, cancellationToken));
        await InFolderAsync(folder => KillHubAsync(folder, startWriters, kills, counts, losses, cancellationToken));
        await InFolderAsync(folder => RaceAsync(folder, reading, counts, losses, cancellationToken));
        return new DrillReport(counts, losses);
    }

    private static async Task InFolderAsync(Func<string, Task> run)
    {
        var folder = DrilledStore.NewFolder();
        try
        {
            await run(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task KillServerAsync(string folder, int kills, List<(string, string)> counts, List<string> losses, CancellationToken cancellationToken)
    {
        await using var store = await DrilledStore.StartAsync(folder, cancellationToken);
        var drill = new ServerKills(store, kills);
        await CompareAsync("PostgreSQL killed", kills, await drill.RunAsync(cancellationToken), store, counts, losses, cancellationToken);
        counts.Add(("longest wait for an append after a kill", string.Create(CultureInfo.InvariantCulture, $"{drill.LongestGap.TotalSeconds:0.0} s")));
    }

    private static async Task KillHubAsync(
        string folder, Func<string, ProcessStartInfo> startWriters, int kills, List<(string, string)> counts, List<string> losses, CancellationToken cancellationToken)
    {
        var tally = await new HubKills(folder, startWriters, kills).RunAsync(cancellationToken);
        await using var store = await DrilledStore.StartAsync(folder, cancellationToken);
        await CompareAsync("process of the store killed", kills, tally, store, counts, losses, cancellationToken);
    }

    private static async Task CompareAsync(
        string name, int kills, Tally tally, DrilledStore store, List<(string, string)> counts, List<string> losses, CancellationToken cancellationToken)
    {
        var (events, found) = await BackAsync(() => tally.CompareAsync(store.Events, cancellationToken), cancellationToken);
        counts.Add((name, string.Create(CultureInfo.InvariantCulture, $"{kills} times; {tally.Acknowledged:N0} appends acknowledged, {tally.Unknown:N0} unanswered, {events:N0} events, {found.Count} lost, doubled or torn")));
        losses.AddRange(found);
    }

    // The last acknowledgement may have been on its way when the server was killed for the last time, so that it is not back yet.
    private static async Task<T> BackAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        for (var left = Patience / LookAgain; ; left--)
        {
            try
            {
                return await work();
            }
            catch (FaultException away) when (away.Kind is FaultKind.Unavailable && left > 0)
            {
                await Task.Delay(LookAgain, cancellationToken);
            }
        }
    }

    private static async Task RaceAsync(string folder, TimeSpan reading, List<(string, string)> counts, List<string> losses, CancellationToken cancellationToken)
    {
        await using var store = await DrilledStore.StartAsync(folder, cancellationToken);
        var (written, missed, missedByCursor) = await new ReaderRace(store, reading).RunAsync(cancellationToken);
        counts.Add(("events written by 8 writers", written.ToString("N0", CultureInfo.InvariantCulture)));
        counts.Add(("missed by the store's reader", missed.ToString("N0", CultureInfo.InvariantCulture)));
        counts.Add(("missed by a plain cursor", missedByCursor.ToString("N0", CultureInfo.InvariantCulture)));
        if (missed != 0)
        {
            losses.Add("The store's reader missed events.");
        }

        if (missedByCursor == 0)
        {
            losses.Add("The plain cursor missed nothing, so that this run proves nothing about the store's reader.");
        }
    }
}
