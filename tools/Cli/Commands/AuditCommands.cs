using System.CommandLine;
using DataHub.Ledger.Auditing;
using DataHub.Ledger.Heads;

namespace DataHub.Cli.Commands;

/// <summary><c>hub audit</c>: the ledger, recomputed by whoever doubts it.</summary>
internal static class AuditCommands
{
    /// <summary>Exit code where something differs; 1 is for what could not be audited at all.</summary>
    private const int NotProven = 2;

    public static Command Create() => new("audit", "The ledger 存证账本.") { Verify() };

    private static Command Verify()
    {
        var folder = new Argument<string>("folder") { Description = "Folder of an export." };
        var heads = new Option<string[]>("--heads") { Description = "File of heads that somebody outside the hub kept, as front-end processors do; may be given several times. Without it a history cut back to an older state cannot be seen." };
        var root = new Option<string?>("--root") { Description = "PEM file with the SM2 root certificates to trust (default: those in the hub's data folder)." };
        var archived = new Option<long>("--archived-before") { Description = "Leaves before this index may have gone to the archive: their hashes are proven, their content is not." };
        var data = DataFolders.Option();
        var json = new Option<bool>("--json") { Description = "Print the report as JSON." };
        var command = new Command("verify", "Recompute an export of the ledger, offline; exit code 0 only when everything is proven, 2 when something differs.") { folder, heads, root, archived, data, json };
        command.SetAction((parsed, cancellationToken) => Task.Run(
            () =>
            {
                var options = new AuditOptions
                {
                    Roots = RootFiles.Read(parsed.GetValue(root) ?? RootFiles.OfLicences(parsed.GetRequiredValue(data))),
                    Witnesses = [.. (parsed.GetValue(heads) ?? []).SelectMany(ReadHeads)],
                    ArchivedBefore = parsed.GetValue(archived),
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
