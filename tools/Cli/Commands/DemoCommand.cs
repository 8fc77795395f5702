using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using DataHub.Cli.Demo;
using DataHub.Host;

namespace DataHub.Cli.Commands;

/// <summary>
/// <c>hub demo</c>: the whole road once, in front of the user. Exit code 0 when everything was as expected, also when it stayed up and was
/// stopped; 2 when something was not; 130 when it was interrupted on the way, and then it can be run again on the same folder.
/// </summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var data = DataFolders.Option();
        var port = ServeCommand.PortOption();
        var exit = new Option<bool>("--exit") { Description = "End after the last step instead of staying up." };
        var residents = new Option<int>("--residents") { Description = "Residents of the town, 500 to 1,000,000; counts only for a new data folder.", DefaultValueFactory = _ => 20_000 };
        residents.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 500 or > 1_000_000)
            {
                result.AddError("--residents must be 500 to 1,000,000.");
            }
        });
        var command = new Command("demo", "Show the hub's main job on a synthetic town.") { data, port, exit, residents };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var clock = Stopwatch.StartNew();
            var options = new HubOptions { DataFolder = parsed.GetRequiredValue(data), Port = parsed.GetValue(port) };
            var (hub, differences) = await new DemoRun(options, parsed.GetValue(residents)).RunAsync(cancellationToken);
            await using (hub)
            {
                Console.WriteLine();
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Done in {clock.Elapsed.TotalSeconds:0.0} s."));
                if (!parsed.GetValue(exit))
                {
                    Console.WriteLine($"The hub stays up on {hub.Address}; in another terminal try ./hub push, ask, licence, catalog, quality (--help). Ctrl-C stops it.");
                    await ServeCommand.UntilCancelledAsync(cancellationToken);
                }
            }

            return Report(differences);
        });
        return command;
    }

    private static int Report(IReadOnlyList<string> differences)
    {
        foreach (var difference in differences)
        {
            Console.Error.WriteLine($"hub: not as expected: {difference}");
        }

        return differences.Count == 0 ? 0 : 2;
    }
}
