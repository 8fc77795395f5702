using System.CommandLine;
using DataHub.Ledger.Auditing;
using DataHub.Ledger.Heads;

namespace DataHub.Cli.Commands;

/// <summary><c>hub audit</c>: the ledger, recomputed by whoever doubts it.</summary>
internal static class AuditCommands
{
    /// <summary>Exit code where something differs; 1 is for what could not be audited at all.</summary>
    private const int NotProven = 2;

    public static Command Create() => new("audit", "The ledger 存证账本.")
    {
        AuditQueries.Search(), AuditQueries.Trace(), Verify(), LedgerCommands.Export(), LedgerCommands.Archive(), LedgerCommands.AcceptRollback(),
    };

    private static Command Verify()
    {
        var folder = new Argument<string>("folder") { Description = "Folder of an export." };
        var heads = new Option<string[]>("--heads") { Description = "File of heads that somebody outside the hub kept, as front-end processors do; may be given several times. Without it a history cut back to an older state cannot be seen." };
        var root = new Option<string?>("--root") { Description = "PEM file with the SM2 root certificates to trust (default: those in the hub's data folder)." };
        var archives = new Option<string[]>("--archive") { Description = "Folder of an export made before, which has what has left the database since; may be given several times." };
        var data = DataFolders.Option();
        var json = new Option<bool>("--json") { Description = "Print the report as JSON." };
        var command = new Command("verify", "Recompute an export of the ledger, offline; exit code 0 only when everything is proven, 2 when something differs.") { folder, heads, root, archives, data, json };
        command.SetAction((parsed, cancellationToken) => Task.Run(
            () =>
            {
                var options = new AuditOptions
                {
                    Roots = RootFiles.Read(parsed.GetValue(root) ?? RootFiles.OfLicences(parsed.GetRequiredValue(data))),
                    Witnesses = [.. (parsed.GetValue(heads) ?? []).SelectMany(ReadHeads)],
                    Archives = parsed.GetValue(archives) ?? [],
                };
                var report = ExportAuditor.Run(parsed.GetRequiredValue(folder), options, cancellationToken);
                Console.Write(parsed.GetValue(json) ? report.ToJson() + "\n" : report.ToText());
                return report.IsProven ? 0 : NotProven;
            },
            cancellationToken));
        return command;
    }

    private static IReadOnlyList<SignedHead> ReadHeads(string path)
    {
        try
        {
            return HeadFile.Read(CliFiles.Text(path));
        }
        catch (InvalidDataException e)
        {
            throw CliFaults.BadContent(path, e);
        }
    }
}
