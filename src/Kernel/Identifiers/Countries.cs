using System.Collections.Frozen;

namespace DataHub.Kernel.Identifiers;

/// <summary>Countries and regions of ISO 3166-1 (GB/T 2659.1), from <c>Data/countries.txt</c>. Look-ups do not allocate.</summary>
public static class Countries
{
    private static readonly string[][] Rows = [.. EmbeddedTable.Read("Identifiers.Data.countries.txt")];

    private static readonly FrozenSet<int> Numeric = Rows.Select(r => IdentifierText.Number(r[0])).ToFrozenSet();

    private static readonly FrozenDictionary<string, string> Names = Rows.ToFrozenDictionary(r => r[1], r => r[2], StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> NamesBySpan = Names.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>True for an assigned numeric code.</summary>
    /// <param name="code">Three digits, for example 156.</param>
    public static bool ContainsNumeric(ReadOnlySpan<char> code) =>
        code.Length == 3 && IdentifierText.IsDigits(code) && Numeric.Contains(IdentifierText.Number(code));

    /// <summary>True for an assigned alpha-3 code.</summary>
    /// <param name="code">Three capitals, for example CHN.</param>
    public static bool ContainsAlpha3(ReadOnlySpan<char> code) => NamesBySpan.ContainsKey(code);

    /// <summary>Chinese short name of an alpha-3 code; null when it is not assigned.</summary>
    /// <param name="alpha3">Three capitals, for example CHN.</param>
    public static string? Name(string alpha3) => Names.GetValueOrDefault(alpha3);

    /// <summary>Alpha-3 codes in the order of their numbers.</summary>
    public static IReadOnlyList<string> Alpha3Codes { get; } = [.. Rows.Select(r => r[1])];
}
