using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using DataHub.Bench.Append;
using DataHub.Bench.Ledger;
using DataHub.Bench.Measuring;
using DataHub.Bench.Rpc;
using Spectre.Console;

namespace DataHub.Cli.Commands;

/// <summary><c>hub bench NAME</c>: our figure, the floor measured in the same minutes, and the ratio.</summary>
internal static class BenchCommands
{
    private const string Server = "echo-server";

    // Server and load share the cores, so single runs scatter: from 0.6 to 1.0 of the floor beside them.
    private const int RpcPairs = 15;

    public static Command Create() => new("bench", "Measure the hub against what the machine can do at best.")
    {
        Rpc(),
        Append(),
        Ledger(),
        EchoServerCommand(),
    };

    private static Command Rpc()
    {
        var requests = new Option<int>("--requests") { Description = "Requests of a run.", DefaultValueFactory = _ => 400_000 };
        return Bench("rpc", "A unary call against Kestrel without anything.", RpcPairs, [requests], (parsed, pairs, _) => RpcBench.RunAsync(pairs, parsed.GetValue(requests), StartServer));
    }

    private static Command EchoServerCommand()
    {
        var bare = new Option<bool>("--bare");
        var command = new Command(Server, "The server that is put under load.") { bare };
        command.Hidden = true;
        command.SetAction(async (parsed, _) =>
        {
            await EchoServer.RunAsync(parsed.GetValue(bare));
            return 0;
        });
        return command;
    }

    private static ProcessStartInfo StartServer(bool bare) => new(Environment.ProcessPath!, [Assembly.GetExecutingAssembly().Location, "bench", Server, .. bare ? ["--bare"] : Array.Empty<string>()])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
    };

    private static Command Append()
    {
        var records = new Option<int>("--records") { Description = "Records of a bulk run.", DefaultValueFactory = _ => 200_000 };
        var singles = new Option<int>("--singles") { Description = "Appends of a run of single appends.", DefaultValueFactory = _ => 10_000 };
        return Bench(
            "append",
            "Appending events against binary COPY, and single appends against one commit each.",
            Pairs.MinPairs,
            [records, singles],
            (parsed, pairs, cancellationToken) => AppendBench.RunAsync(pairs, parsed.GetValue(records), parsed.GetValue(singles), cancellationToken));
    }

    private static Command Ledger()
    {
        var entries = new Option<int>("--entries") { Description = "Entries of a run.", DefaultValueFactory = _ => 40_000 };
        var audited = new Option<long[]>("--audited") { Description = "Sizes of the ledgers to audit, in leaves; about 430 bytes of disk a leaf.", DefaultValueFactory = _ => [1_000_000, 10_000_000], AllowMultipleArgumentsPerToken = true };
        return Bench(
            "ledger",
            "Acts recorded durably against an insert and a commit each; what receipts, leaves and audits cost.",
            Pairs.MinPairs,
            [entries, audited],
            (parsed, pairs, cancellationToken) => LedgerBench.RunAsync(pairs, parsed.GetValue(entries), parsed.GetValue(audited) ?? [], cancellationToken));
    }

    private static Command Bench(string name, string description, int defaultPairs, Option[] options, Func<ParseResult, int, CancellationToken, Task<BenchReport>> run)
    {
        var json = new Option<bool>("--json") { Description = "End with a line of JSON for each figure, the one the benchmark is named after last." };
        var pairs = new Option<int>("--pairs") { Description = "Pairs of runs of floor and hub, 5 or more.", DefaultValueFactory = _ => defaultPairs };
        pairs.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < Pairs.MinPairs)
            {
                result.AddError($"--pairs must be {Pairs.MinPairs} or more.");
            }
        });
        var command = new Command(name, description) { json, pairs };
        Array.ForEach(options, command.Add);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var report = await run(parsed, parsed.GetValue(pairs), cancellationToken);
            Write(report);
            foreach (var measured in parsed.GetValue(json) ? report.Measured : [])
            {
                Console.WriteLine(Line(measured));
            }

            return 0;
        });
        return command;
    }

    private static void Write(BenchReport report)
    {
        var table = Tables.New("benchmark", "unit", "hub", "floor", "ratio", "ratios of pairs", "CPU us hub (client)", "CPU us floor (client)");
        foreach (var measured in report.Measured)
        {
            table.AddRow(
                measured.Name,
                measured.Unit,
                Number(Pairs.Median(measured.Candidate.Select(sample => sample.PerSecond))),
                Number(Pairs.Median(measured.Floor.Select(sample => sample.PerSecond))),
                Ratio(measured.Ratio),
                string.Join(' ', measured.Ratios.Select(Ratio)),
                Micros(measured.Candidate),
                Micros(measured.Floor));
        }

        AnsiConsole.Write(table);
        foreach (var (name, value) in report.Facts)
        {
            Console.WriteLine($"{name}: {value}");
        }
    }

    private static string Line(Pairs measured) => JsonSerializer.Serialize(new
    {
        name = measured.Name,
        value = Math.Round(Pairs.Median(measured.Candidate.Select(sample => sample.PerSecond))),
        unit = measured.Unit,
        floor = Math.Round(Pairs.Median(measured.Floor.Select(sample => sample.PerSecond))),
        ratio = Math.Round(measured.Ratio, 3),
    });

    private static string Number(double value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Ratio(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    private static string Micros(IReadOnlyList<Sample> samples) => string.Create(
        CultureInfo.InvariantCulture, $"{Pairs.Median(samples.Select(sample => sample.CpuMicros)):0.0} ({Pairs.Median(samples.Select(sample => sample.ClientMicros)):0.0})");
}
