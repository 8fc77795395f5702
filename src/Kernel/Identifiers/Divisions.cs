using System.Collections.Frozen;
using System.Globalization;

namespace DataHub.Kernel.Identifiers;

/// <summary>Every administrative division code ever assigned (GB/T 2260), from <c>Data/divisions.txt</c>. Look-ups do not allocate.</summary>
public static class Divisions
{
    private static readonly FrozenDictionary<int, Division> ByCode = Load().ToFrozenDictionary(d => int.Parse(d.Code, CultureInfo.InvariantCulture));

    /// <summary>All divisions in the order of their codes, historical ones included.</summary>
    public static IReadOnlyList<Division> All { get; } = [.. ByCode.Values.OrderBy(d => d.Code, StringComparer.Ordinal)];

    /// <summary>True when the code is in force or once was. False for everything else, malformed text included.</summary>
    /// <param name="code">Six digits.</param>
    public static bool Contains(ReadOnlySpan<char> code) => Find(code) is not null;

    /// <summary>True when the code is in force and an authority stands behind it; false for grouping rows such as 110100.</summary>
    /// <param name="code">Six digits.</param>
    public static bool IsCurrent(ReadOnlySpan<char> code) => Find(code) is { Status: DivisionStatus.Current };

    /// <summary>The division of a code; null when it was never assigned or is malformed.</summary>
    /// <param name="code">Six digits.</param>
    public static Division? Find(ReadOnlySpan<char> code) =>
        code.Length == 6 && IdentifierText.IsDigits(code) ? ByCode.GetValueOrDefault(IdentifierText.Number(code)) : null;

    /// <summary>Names from the province down, joined, for example 浙江省温州市乐清市; grouping rows are left out. Empty for an unknown code.</summary>
    /// <param name="code">Six digits.</param>
    public static string FullName(ReadOnlySpan<char> code)
    {
        if (Find(code) is not { } division)
        {
            return "";
        }

        var province = division.Level == DivisionLevel.Province ? null : Find($"{code[..2]}0000");
        var prefecture = division.Level == DivisionLevel.County ? Find($"{code[..4]}00") : null;
        return province?.Name + (prefecture is { Status: not DivisionStatus.Grouping } ? prefecture.Name : "") + division.Name;
    }

    /// <summary>True for the first two digits of a province on the mainland: all but Taiwan Province, Hong Kong and Macao.</summary>
    internal static bool IsMainlandProvince(ReadOnlySpan<char> twoDigits) =>
        twoDigits[0] < '7' && ByCode.ContainsKey(IdentifierText.Number(twoDigits) * 10_000);

    private static IEnumerable<Division> Load() =>
        EmbeddedTable.Read("Identifiers.Data.divisions.txt").Select(row => new Division(
            row[0], row[3], Enum.Parse<DivisionLevel>(row[2], ignoreCase: true), Enum.Parse<DivisionStatus>(row[1], ignoreCase: true)));
}
