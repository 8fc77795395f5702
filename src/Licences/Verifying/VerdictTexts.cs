using System.Text.Json;

namespace DataHub.Licences.Verifying;

/// <summary>What a checker is told, in Chinese and English.</summary>
internal static class VerdictTexts
{
    private static readonly Dictionary<string, Text> Reasons = Read();

    public static string Zh(IReadOnlyCollection<string> reasons) =>
        reasons.Count == 0 ? "证照有效" : string.Join("；", reasons.Select(reason => Reasons[reason].Zh));

    public static string En(IReadOnlyCollection<string> reasons) =>
        reasons.Count == 0 ? "The licence is valid." : $"The licence {string.Join("; it ", reasons.Select(reason => Reasons[reason].En))}.";

    private static Dictionary<string, Text> Read()
    {
        var assembly = typeof(VerdictTexts).Assembly;
        using var stream = assembly.GetManifestResourceStream(assembly.GetManifestResourceNames().Single(name => name.EndsWith("reasons.json", StringComparison.Ordinal)))!;
        return JsonSerializer.Deserialize<Dictionary<string, Text>>(stream, JsonSerializerOptions.Web)!;
    }

    private sealed record Text(string Zh, string En);
}
