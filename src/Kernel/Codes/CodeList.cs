using System.Collections.Frozen;

namespace DataHub.Kernel.Codes;

/// <summary>One list of codes with their Chinese titles. Look-ups do not allocate.</summary>
public sealed class CodeList
{
    private readonly FrozenDictionary<string, string> titles;

    internal CodeList(string name, string standard, IEnumerable<KeyValuePair<string, string>> titlesByCode)
    {
        var rows = titlesByCode.ToArray();
        Name = name;
        Standard = standard;
        Codes = [.. rows.Select(row => row.Key)];
        titles = rows.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>Name of the list, which is the name of the field that uses it, for example <c>gender</c>; contract.</summary>
    public string Name { get; }

    /// <summary>The standard the list is taken from, for example <c>GB/T 2261.1-2003</c>; <c>DataHub</c> for the hub's own.</summary>
    public string Standard { get; }

    /// <summary>All codes in the order of the list.</summary>
    public IReadOnlyList<string> Codes { get; }

    /// <summary>True for a code of the list, exactly as written there; false for null.</summary>
    /// <param name="code">The code.</param>
    public bool Contains(string? code) => code is not null && titles.ContainsKey(code);

    /// <summary>Chinese title of a code; null when it is not in the list.</summary>
    /// <param name="code">The code.</param>
    public string? Title(string? code) => code is null ? null : titles.GetValueOrDefault(code);
}
