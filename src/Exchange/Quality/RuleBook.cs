using System.Text.Json;
using DataHub.V1;

namespace DataHub.Exchange.Quality;

/// <summary>What every rule means: which indicator of GB/T 36344 it feeds, whether it rejects or warns, and what the source is told.</summary>
internal sealed class RuleBook
{
    private readonly Dictionary<string, Rule> _rules;

    private RuleBook(Dictionary<string, Rule> rules) => _rules = rules;

    /// <summary>The rules of this program.</summary>
    public static RuleBook Current { get; } = Read();

    public Rule this[string rule] => _rules[rule];

    /// <summary>The reason sent to a source for a finding; never carries the value.</summary>
    public Reason Explain(Finding finding) => new()
    {
        Field = finding.Field,
        Rule = finding.Rule,
        MessageZh = this[finding.Rule].Zh,
        MessageEn = this[finding.Rule].En,
    };

    private static RuleBook Read()
    {
        var assembly = typeof(RuleBook).Assembly;
        var name = assembly.GetManifestResourceNames().Single(n => n.EndsWith("rules.json", StringComparison.Ordinal));
        using var stream = assembly.GetManifestResourceStream(name)!;
        return new RuleBook(JsonSerializer.Deserialize<Dictionary<string, Rule>>(stream, JsonSerializerOptions.Web)!);
    }
}

/// <summary>A rule.</summary>
/// <param name="Indicator">Indicator of GB/T 36344, for example 0201.</param>
/// <param name="Rejects">True: the row is turned away. False: it is let in with a warning.</param>
/// <param name="Zh">What the source is told, Chinese.</param>
/// <param name="En">What the source is told, English; follows the field's name.</param>
internal sealed record Rule(string Indicator, bool Rejects, string Zh, string En);
