using System.CommandLine;
using System.Globalization;
using DataHub.Host.Keys;
using DataHub.Host.Ledgering;
using DataHub.Ledger;

namespace DataHub.Cli.Commands;

/// <summary>The verbs of <c>hub audit</c> that need the database, for whoever holds the hub's data folder, whether the hub runs or not.</summary>
internal static class LedgerCommands
{
    private static readonly Option<string> Data = DataFolders.Option();

    private static readonly Option<string?> Database = ServeCommand.DatabaseOption();

    public static Command Export()
    {
        var folder = new Argument<string>("folder") { Description = "Folder to write; must not exist." };
        var ledgerOnly = new Option<bool>("--ledger-only") { Description = "Leave the events themselves out; then they cannot be compared." };
        var command = new Command("export", "Write everything it takes to audit the ledger offline.") { folder, ledgerOnly, Data, Database };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var ledger = await OpenAsync(parsed, cancellationToken);
            var (counts, damagedTiles) = await ledger.ExportAsync(parsed.GetRequiredValue(folder), !parsed.GetValue(ledgerOnly), cancellationToken);
            Console.WriteLine($"{parsed.GetRequiredValue(folder)}: {Text(counts.Leaves)} leaves, {Text(counts.Heads)} heads, {Text(counts.Events)} events, {Text(counts.Pending)} leaves under no head yet");
            if (damagedTiles > 0)
            {
                Console.Error.WriteLine($"hub: {Text(damagedTiles)} tiles in the database are not what the leaves give; proofs made of them will fail. [LEDGER_DAMAGED]");
            }

            return damagedTiles == 0 ? 0 : 2;
        });
        return command;
    }

    public static Command Archive()
    {
        var folder = new Argument<string>("folder") { Description = "Folder to write the export to; must not exist, and must be kept." };
        var until = new Option<string>("--until") { Description = "First month to stay in the database, yyyy-MM.", Required = true };
        var retention = new Option<int>("--retention-days") { Description = "How old an entry must be at least; 190 or more.", DefaultValueFactory = _ => new LedgerOptions().RetentionDays };
        var earlier = new Option<string[]>("--archive") { Description = "Folder of an export that has months archived before; may be given several times." };
        var command = new Command("archive", "Export old months, audit the export, and drop them from the database.") { folder, until, retention, earlier, Data, Database };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var month = DateOnly.TryParseExact(parsed.GetRequiredValue(until), "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var first) ? first : throw CliFaults.BadOption("--until", "must be a month, yyyy-MM");
            await using var ledger = await OpenAsync(parsed, cancellationToken);
            var months = await ledger.ArchiveAsync(parsed.GetRequiredValue(folder), month, parsed.GetValue(retention), parsed.GetValue(earlier) ?? [], cancellationToken);
            Console.WriteLine(months.Count == 0 ? "no month that old is in the database" : $"{string.Join(", ", months)}: dropped; audits need --archive {parsed.GetRequiredValue(folder)} from now on");
            return 0;
        });
        return command;
    }

    public static Command AcceptRollback()
    {
        var command = new Command("accept-rollback", "Let a stopped hub go on from what its database holds, although it has seen more; its next start records that.") { Data };
        command.SetAction(parsed =>
        {
            var head = LedgerAdministration.AcceptRollback(new HubFolder(parsed.GetRequiredValue(Data)));
            Console.WriteLine(head is null
                ? "this node remembers no head; nothing was changed"
                : $"the head of {Text(head.Size)} leaves ({head.At.UtcDateTime:O}) is laid aside; what was recorded after the database's last head is lost, and witnesses will say so");
        });
        return command;
    }

    private static Task<LedgerAdministration> OpenAsync(ParseResult parsed, CancellationToken cancellationToken) => LedgerAdministration.OpenAsync(
        new HubFolder(parsed.GetRequiredValue(Data)), parsed.GetValue(Database) is { } given ? ServeCommand.ConnectionString(given) : null, TimeProvider.System, cancellationToken);

    private static string Text(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
