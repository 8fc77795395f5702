using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using DataHub.Drills;
using DataHub.Drills.Hostile;
using DataHub.Drills.Store;

namespace DataHub.Cli.Commands;

/// <summary><c>hub drill NAME</c>: injects faults and counts; exit code 0 when nothing was lost, 2 otherwise.</summary>
internal static class DrillCommands
{
    private const string Writers = "store-writers";
    private const string HostileAttacker = "hostile-attacker";

    public static Command Create() => new("drill", "Inject faults and count what they cost; exit code 2 on any loss.")
    {
        Store(),
        StoreWritersCommand(),
        Hostile(),
        HostileAttackerCommand(),
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

    private static Command Hostile()
    {
        var rows = new Option<string[]>("--rows") { Description = $"Rows of docs/security.md to run, of {string.Join(", ", HostileDrill.Rows)}; all by default.", AllowMultipleArgumentsPerToken = true };
        rows.AcceptOnlyFromAmong([.. HostileDrill.Rows]);
        var scale = Within(new Option<double>("--scale") { Description = "Factor on all counts; below 1 the hub's limits of time are short, too.", DefaultValueFactory = _ => 1 }, 0.001, 1);
        var cases = new Option<int>("--cases") { Description = "Mutated messages of row G12.", DefaultValueFactory = _ => 200_000 };
        var p99 = new Option<int>("--p99-ms") { Description = "What the slowest hundredth of the honest calls may take during a row.", DefaultValueFactory = _ => 50 };
        var share = Within(new Option<double>("--attackers-cpu") { Description = "CPU the attackers may use, of one core.", DefaultValueFactory = _ => 0.3 }, 0.01, 64);
        var command = new Command("hostile", "Attack a hub with floods, bombs and held streams while honest clients work.") { rows, scale, cases, p99, share };
        command.SetAction(async (parsed, cancellationToken) => Report(await HostileDrill.RunAsync(
            new HostileOptions
            {
                Rows = parsed.GetValue(rows) ?? [],
                Scale = parsed.GetValue(scale),
                Cases = parsed.GetValue(cases),
                LongestP99 = TimeSpan.FromMilliseconds(parsed.GetValue(p99)),
                AttackersShare = parsed.GetValue(share),
                Resource = RegistrationFile.OfResource("population_person"),
                Program = StartProgram,
            },
            HostileAttacker,
            Console.WriteLine,
            cancellationToken)));
        return command;
    }

    private static Command HostileAttackerCommand()
    {
        var order = new Argument<string>("order");
        var command = new Command(HostileAttacker, "The attackers of one row.") { order };
        command.Hidden = true;
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await Attacker.RunAsync(parsed.GetRequiredValue(order), Console.In, Console.Out, cancellationToken);
            return 0;
        });
        return command;
    }

    private static Option<double> Within(Option<double> option, double least, double most)
    {
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is var value && !(value >= least && value <= most))
            {
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"{option.Name} must be {least} to {most}."));
            }
        });
        return option;
    }

    private static ProcessStartInfo StartWriters(string folder) => StartProgram(["drill", Writers, folder]);

    private static ProcessStartInfo StartProgram(IReadOnlyList<string> arguments) =>
        new(Environment.ProcessPath!, [Assembly.GetExecutingAssembly().Location, .. arguments])
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
