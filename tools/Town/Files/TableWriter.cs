using System.Text;
using DataHub.Town.Faults;

namespace DataHub.Town.Files;

/// <summary>Writes a table with its faults. The file takes its name when it is whole, so that nobody picks up half of it.</summary>
internal sealed class TableWriter(string folder, IProgress<TownProgress>? progress)
{
    private const int RowsPerWrite = 1_000;

    public async Task<TownFile> WriteAsync<T>(TownTable<T> table, FaultPlan plan, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, table.FileName);
        var partial = path + ".part";
        await using (var writer = new StreamWriter(partial, append: false, table.Encoding.Encoding))
        {
            await WriteRowsAsync(writer, table, plan, cancellationToken);
        }

        File.Move(partial, path, overwrite: true);
        return Describe(table, plan);
    }

    private async Task WriteRowsAsync<T>(StreamWriter writer, TownTable<T> table, FaultPlan plan, CancellationToken cancellationToken)
    {
        var lines = new StringBuilder();
        CsvLine.Append(lines, table.Header);
        var rows = 0;
        foreach (var row in plan.Rows(table))
        {
            CsvLine.Append(lines, row.Fields);
            rows++;
            if (rows % RowsPerWrite == 0)
            {
                await FlushAsync();
            }
        }

        await FlushAsync();

        async Task FlushAsync()
        {
            await writer.WriteAsync(lines, cancellationToken);
            lines.Clear();
            progress?.Report(new TownProgress(table.FileName, rows, table.Items.Count + plan.Duplicates));
        }
    }

    private static TownFile Describe<T>(TownTable<T> table, FaultPlan plan) => new(
        table.Resource,
        table.FileName,
        table.Encoding.Name,
        table.Encoding.HasMark,
        Rows: table.Items.Count + plan.Duplicates,
        ExpectedAccepted: table.Items.Count - plan.Rejected,
        ExpectedRejected: plan.Rejected,
        plan.Counts(),
        table.Watermark);
}
