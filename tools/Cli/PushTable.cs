using System.Globalization;
using DataHub.FrontEnd.Pushing;
using DataHub.V1;
using Spectre.Console;

namespace DataHub.Cli;

/// <summary>How a push looks on a terminal.</summary>
internal static class PushTable
{
    private const int MaxShown = 5;

    /// <summary>Progress of a push on a progress bar.</summary>
    public static IProgress<PushProgress> ProgressOn(ProgressTask task) => new BarProgress(task);

    public static Table Of(IEnumerable<BatchReceipt> receipts)
    {
        var table = Tables.New("resource", "source", "received", "accepted", "unchanged", "repeated", "quarantined", "warned", "events");
        foreach (var receipt in receipts)
        {
            var counts = receipt.Counts;
            var events = receipt.LastEventSequence == 0 ? "-" : $"{receipt.FirstEventSequence}..{receipt.LastEventSequence}";
            table.AddRow(
                receipt.Resource, receipt.Source, Number(counts.Received), Number(counts.Accepted), Number(counts.Unchanged), Number(counts.Repeated), Number(counts.Quarantined), Number(counts.Warned), events);
        }

        return table;
    }

    /// <summary>The first rows that were turned away, and where all of them are.</summary>
    public static void WriteRejected(IReadOnlyList<RejectedLine> rejected, string? rejectedFile)
    {
        if (rejectedFile is null)
        {
            return;
        }

        var table = Tables.New("line", "field", "rule", "原因", "reason");
        foreach (var line in rejected.Take(MaxShown))
        {
            var reason = line.Reasons[0];
            table.AddRow(line.Line.ToString(CultureInfo.InvariantCulture), reason.Field.EscapeMarkup(), reason.Rule, reason.MessageZh, $"{reason.Field} {reason.MessageEn}".EscapeMarkup());
        }

        AnsiConsole.Write(table);
        Console.WriteLine($"{rejected.Count} rows turned away; all with their reasons: {rejectedFile}");
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private sealed class BarProgress(ProgressTask task) : IProgress<PushProgress>
    {
        public void Report(PushProgress value)
        {
            task.MaxValue = Math.Max(value.FileRows, 1);
            task.Value = value.FileRows == 0 ? 1 : value.Acknowledged;
        }
    }
}
