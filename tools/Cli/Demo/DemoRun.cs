using System.Globalization;
using DataHub.Cli.Commands;
using DataHub.Host;
using DataHub.Town;
using DataHub.V1;
using Spectre.Console;

namespace DataHub.Cli.Demo;

/// <summary>The whole road once, on real input. Each step checks itself against what was put in.</summary>
internal sealed class DemoRun(HubOptions options, int residents)
{
    private static readonly string[] Queries = ["不动产 抵押", "社保参保", "企业 注销", "GIS"];

    private readonly List<string> _differences = [];

    /// <summary>Runs the steps; the hub stays up until it is disposed.</summary>
    /// <returns>The running hub, and what differed from what was expected.</returns>
    public async Task<(HubServer Hub, IReadOnlyList<string> Differences)> RunAsync(CancellationToken cancellationToken)
    {
        Step(1, "a town as its departments would export it");
        Directory.CreateDirectory(options.DataFolder);
        var (townFolder, town) = await DemoTown.PrepareAsync(options.DataFolder, residents, options.Time, cancellationToken);
        AnsiConsole.Write(DemoTown.Files(town));
        Console.WriteLine($"in {townFolder}; every person and company in it is invented");

        Step(2, "the hub, its own PostgreSQL, certificates made on the spot");
        var hub = await HubServer.StartAsync(options, cancellationToken);
        try
        {
            Console.WriteLine($"hub {options.Name} listens on {hub.Address} (mTLS only), data in {hub.Folder.Path}");
            await UseAsync(hub, townFolder, town, cancellationToken);
            return (hub, _differences);
        }
        catch
        {
            await hub.DisposeAsync();
            throw;
        }
    }

    private async Task UseAsync(HubServer hub, string townFolder, TownManifest town, CancellationToken cancellationToken)
    {
        var entries = DemoSystems.Processors.ToDictionary(processor => processor.Resource, processor => RegistrationFile.OfResource(processor.Resource));
        await DemoAccess.OnboardAsync(options.DataFolder, options.Time, cancellationToken);
        hub.Keys.EnsureIssuer(DemoSystems.IssuingAuthority, DemoSystems.IssuingAuthorityCode);
        Console.WriteLine("administrators founded; accounts and grants proposed by one person, approved by another");
        await RegisterAsync(entries, cancellationToken);

        Step(3, "four front-end processors push their files");
        var outcomes = await DemoPush.RunAsync(options.DataFolder, townFolder, town, entries, cancellationToken);
        _differences.AddRange(DemoPush.Differences(town, outcomes));

        Step(4, "an approval system asks, citizens stay at home");
        _differences.AddRange(await DemoQuestions.RunAsync(options.DataFolder, town, entries, options.Time, cancellationToken));

        Step(5, "an e-licence, signed SM2 with SM3");
        _differences.AddRange(await DemoLicence.RunAsync(options.DataFolder, town.Cases.Builder, options.Time, cancellationToken));

        Step(6, "the directory, and the quality of what came in");
        await SearchAsync(cancellationToken);
        await ReportAsync(cancellationToken);
    }

    private async Task RegisterAsync(Dictionary<string, DirectoryEntry> entries, CancellationToken cancellationToken)
    {
        foreach (var (resource, system) in DemoSystems.Processors)
        {
            using var provider = HubConnection.Open(options.DataFolder, "provider", system);
            await provider.Catalog.RegisterAsync(new RegisterRequest { Entries = { entries[resource] } }, cancellationToken: cancellationToken);
        }

        using var directory = HubConnection.Open(options.DataFolder, "provider", DemoSystems.Directory);
        var imported = await CatalogCommands.ImportAsync(directory, Path.Combine(AppContext.BaseDirectory, "data", "directory.csv"), cancellationToken);
        var total = imported.Registered + imported.Revised + imported.Unchanged;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"registered the four base resources, and {total} more directory entries of the city"));
    }

    private async Task SearchAsync(CancellationToken cancellationToken)
    {
        using var hub = HubConnection.Open(options.DataFolder, "consumer", DemoSystems.Approval);
        foreach (var query in Queries)
        {
            var reply = await hub.Catalog.SearchAsync(new SearchRequest { Query = query, PageSize = 3 }, cancellationToken: cancellationToken);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{query}: {reply.Total} entries, the best:"));
            AnsiConsole.Write(CatalogCommands.Hits(reply));
            if (reply.Total == 0)
            {
                _differences.Add($"search {query}: nothing found");
            }
        }
    }

    private async Task ReportAsync(CancellationToken cancellationToken)
    {
        using var hub = HubConnection.Open(options.DataFolder, "steward", DemoSystems.Steward);
        var reports = new List<QualityReport>();
        foreach (var (resource, _) in DemoSystems.Processors)
        {
            reports.Add(await hub.Stewardship.GetQualityReportAsync(new QualityReportRequest { Resource = resource }, cancellationToken: cancellationToken));
        }

        AnsiConsole.Write(QualityView.Indicators(reports));
        Console.WriteLine($"what was wrong with {reports[0].Title}:");
        QualityView.WriteRules(reports[0], maxRules: 12);
    }

    private static void Step(int number, string title)
    {
        Console.WriteLine();
        AnsiConsole.MarkupLine(string.Create(CultureInfo.InvariantCulture, $"[bold]── {number}  {title.EscapeMarkup()} ──[/]"));
    }
}
