using System.Text.RegularExpressions;

namespace DataHub.Catalog.Search;

/// <summary>
/// Offices are asked for by short forms (市监局 for 市场监督管理局): some of the characters of the name without its place, in order, the
/// first one first.
/// </summary>
internal static partial class OfficeNames
{
    /// <summary>A compact name without the province, city or county it begins with; the name itself where it begins with none.</summary>
    public static string WithoutPlace(string name) => Place().Replace(name, "", 1);

    /// <summary>The LIKE pattern of the names a word may shorten; null where it is no such form: 2 to 6 Han characters.</summary>
    /// <param name="word">A compact word of a query.</param>
    public static string? PatternOf(string word)
    {
        var runes = word.EnumerateRunes().ToList();
        return runes.Count is >= 2 and <= 6 && runes.TrueForAll(SearchText.IsHan)
            ? string.Concat(runes.Select(rune => $"{rune}%"))
            : null;
    }

    [GeneratedRegex(@"\A.{2,}?[省市县区州]", RegexOptions.CultureInvariant)]
    private static partial Regex Place();
}
