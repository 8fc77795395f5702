using System.Globalization;
using DataHub.Ledger.Entries;
using DataHub.Ledger.Heads;
using DataHub.Ledger.Writing;

namespace DataHub.Ledger.Sequencing;

/// <summary>
/// An operator's decision that the ledger goes on from what the database holds, although this node has seen more: the file of the last head is laid aside, and the next start records that it was. Nobody can
/// make it on the wire; it takes the data folder, and the head laid aside stays there as evidence.
/// </summary>
public static class AcceptedRollback
{
    private const string Accepted = ".accepted";
    private const string Recorded = ".forgotten";

    /// <summary>Lays the last head aside, while the hub is stopped.</summary>
    /// <param name="headFile">The file of the last head (<see cref="LedgerOptions.HeadFile"/>).</param>
    /// <returns>The head laid aside; null where the node remembers none.</returns>
    public static TreeHead? Accept(string headFile)
    {
        if (!File.Exists(headFile))
        {
            return null;
        }

        var head = TreeHead.Parse(HeadFile.Read(File.ReadAllText(headFile))[^1].Text.Span);
        File.Move(headFile, headFile + Accepted, overwrite: true);
        return head;
    }

    /// <summary>Records the decision, if there is one that was not recorded yet.</summary>
    internal static async Task RecordAsync(string? headFile, LedgerWriter ledger, CancellationToken cancellationToken)
    {
        if (headFile is null || !File.Exists(headFile + Accepted))
        {
            return;
        }

        var head = TreeHead.Parse(HeadFile.Read(await File.ReadAllTextAsync(headFile + Accepted, cancellationToken))[^1].Text.Span);
        var entry = new LedgerEntry
        {
            Kind = EntryKind.Administered,
            Account = "",
            Organisation = "",
            Method = "hub/audit/accept-rollback",
            Outcome = "OK",
            Target = string.Create(CultureInfo.InvariantCulture, $"head of {head.Size} leaves, root {Convert.ToBase64String(head.Root.Span)}, {head.At.UtcDateTime:O}"),
        };
        await ledger.RecordAsync(entry, cancellationToken);
        File.Move(headFile + Accepted, string.Create(CultureInfo.InvariantCulture, $"{headFile}.{head.Size}{Recorded}"), overwrite: true);
    }
}
