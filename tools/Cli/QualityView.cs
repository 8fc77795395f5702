using System.Globalization;
using DataHub.V1;
using Spectre.Console;

namespace DataHub.Cli;

/// <summary>How a quality report looks on a terminal.</summary>
internal static class QualityView
{
    public static void Write(QualityReport report, int maxRules)
    {
        Console.WriteLine($"{report.Title} ({report.Resource}): {report.Received} rows from {report.Source}, {report.Quarantined} in quarantine");
        AnsiConsole.Write(Indicators([report]));
        WriteRules(report, maxRules);
    }

    /// <summary>The rules with most failures.</summary>
    public static void WriteRules(QualityReport report, int maxRules)
    {
        var rules = Tables.New("rule", "field", "checked", "failed", "effect");
        foreach (var rule in report.Rules.Where(rule => rule.Failed > 0).Take(maxRules))
        {
            rules.AddRow(rule.Rule, rule.Field.EscapeMarkup(), Number(rule.Checked), Number(rule.Failed), rule.Rejects ? "rejects" : "warns");
        }

        AnsiConsole.Write(rules);
    }

    /// <summary>Indicators of GB/T 36344, a column a resource.</summary>
    public static Table Indicators(IReadOnlyList<QualityReport> reports)
    {
        var table = Tables.New(["GB/T 36344", "指标", "indicator", .. reports.Select(report => report.Resource)]);
        foreach (var indicator in reports.SelectMany(report => report.Indicators).DistinctBy(indicator => indicator.Id).OrderBy(indicator => indicator.Id, StringComparer.Ordinal))
        {
            table.AddRow([indicator.Id, indicator.TitleZh, indicator.TitleEn, .. reports.Select(report => Share(report, indicator.Id))]);
        }

        return table;
    }

    private static string Share(QualityReport report, string id) =>
        report.Indicators.FirstOrDefault(indicator => indicator.Id == id) is { B: > 0 } found
            ? (100.0 * found.A / found.B).ToString("0.00", CultureInfo.InvariantCulture) + " %"
            : "-";

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
