using System.CommandLine;
using System.Diagnostics;
using System.Reflection;
using DataHub.Drills;
using DataHub.Drills.Store;

namespace DataHub.Cli.Commands;

/// <summary><c>hub drill NAME</c>: injects faults and counts; exit code 0 when nothing was lost, 2 otherwise.</summary>
internal static class DrillCommands
{
    private const string Writers = "store-writers";

    public static Command Create() => new("drill", "Inject faults and count what they cost; exit code 2 on any loss.")
    {
        Store(),
        StoreWritersCommand(),
    };

    private static Command Store()
    {
        var kills = new Option<int>("--kills") { Description = "Kills of PostgreSQL, and as many of the process that holds the store.", DefaultValueFactory = _ => 50 };
        var seconds = new Option<int>("--reader-seconds") { Description = "How long the readers race with eight writers.", DefaultValueFactory = _ => 60 };
        var command = new Command("store", "Kill PostgreSQL and the hub during appends; race readers with writers.") { kills, seconds };
        command.SetAction(async (parsed, cancellationToken) =>
            Report(await StoreDrill.RunAsync(parsed.GetValue(kills), TimeSpan.FromSeconds(parsed.GetValue(seconds)), StartWriters, cancellationToken)));
        return command;
    }

    private static Command StoreWritersCommand()
    {
        var folder = new Argument<string>("folder");
        var command = new Command(Writers, "The process that a drill kills.") { folder };
        command.Hidden = true;
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await StoreWriters.RunAsync(parsed.GetRequiredValue(folder), Console.In, Console.Out, cancellationToken);
            return 0;
        });
        return command;
    }

    private static ProcessStartInfo StartWriters(string folder) =>
        new(Environment.ProcessPath!, [Assembly.GetExecutingAssembly().Location, "drill", Writers, folder])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

    private static int Report(DrillReport report)
    {
        foreach (var (name, value) in report.Counts)
        {
            Console.WriteLine($"{name}: {value}");
        }

        foreach (var loss in report.Losses)
        {
            Console.Error.WriteLine($"hub: {loss}");
        }

        return report.Losses.Count == 0 ? 0 : 2;
    }
}
