using System.Globalization;
using DataHub.FrontEnd.Csv;
using DataHub.FrontEnd.Pushing;
using DataHub.Town;
using DataHub.V1;
using Spectre.Console;

namespace DataHub.Cli.Demo;

/// <summary>Step 3: four front-end processors push their files at the same time.</summary>
internal static class DemoPush
{
    public static async Task<IReadOnlyList<PushOutcome>> RunAsync(
        string dataFolder, string townFolder, TownManifest town, IReadOnlyDictionary<string, DirectoryEntry> entries, CancellationToken cancellationToken)
    {
        var outcomes = await AnsiConsole.Progress().StartAsync(progress => Task.WhenAll(DemoSystems.Processors.Select(processor =>
            PushAsync(processor.Resource, processor.System, progress.AddTask(entries[processor.Resource].Title)))));
        AnsiConsole.Write(PushTable.Of(outcomes.Select(outcome => outcome.Receipt)));
        foreach (var (file, outcome) in town.Files.Zip(InFileOrder(town, outcomes)))
        {
            var path = Path.Combine(townFolder, file.Path);
            var rejectedFile = await RejectedFile.WriteAsync(path, outcome.Rejected, cancellationToken);
            PushTable.WriteRejected(outcome.Rejected, rejectedFile);
        }

        return outcomes;

        async Task<PushOutcome> PushAsync(string resource, string system, ProgressTask task)
        {
            var file = town.File(resource);
            var csv = await CsvFile.CheckAsync(
                Path.Combine(townFolder, file.Path), resource, RegistrationFile.RequiredColumns(entries[resource]), declaredEncoding: null, cancellationToken);
            using var hub = HubConnection.Open(dataFolder, "provider", system);
            var pusher = new BatchPusher(hub.Exchange, TimeProvider.System, new PushOptions { GiveUpAfter = TimeSpan.FromMinutes(1) });
            return await pusher.PushAsync(csv, file.Watermark, PushTable.ProgressOn(task), cancellationToken);
        }
    }

    /// <summary>What the hub made of the files differs from what was put into them: one sentence a difference.</summary>
    public static IEnumerable<string> Differences(TownManifest town, IReadOnlyList<PushOutcome> outcomes)
    {
        foreach (var (file, outcome) in town.Files.Zip(InFileOrder(town, outcomes)))
        {
            var counts = outcome.Receipt.Counts;
            if (counts.Quarantined != file.ExpectedRejected)
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"{file.Path}: {counts.Quarantined} rows turned away, {file.ExpectedRejected} expected");
            }

            if (counts.Received != file.Rows)
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"{file.Path}: {counts.Received} rows received, {file.Rows} written");
            }
        }
    }

    private static IEnumerable<PushOutcome> InFileOrder(TownManifest town, IReadOnlyList<PushOutcome> outcomes) =>
        town.Files.Select(file => outcomes.Single(outcome => outcome.Receipt.Resource == file.Resource));
}
