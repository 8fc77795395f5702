using System.Collections.Frozen;
using DataHub.Kernel.Identifiers;

namespace DataHub.Kernel.Codes;

/// <summary>The code lists of the base libraries and of e-licences, from <c>Data/code-lists.txt</c>, and nationality (GB/T 2659.1).</summary>
public static class CodeLists
{
    private static readonly FrozenDictionary<string, CodeList> ByName = Load().ToFrozenDictionary(list => list.Name, StringComparer.Ordinal);

    /// <summary>All lists in the order of their names.</summary>
    public static IReadOnlyList<CodeList> All { get; } = [.. ByName.Values.OrderBy(list => list.Name, StringComparer.Ordinal)];

    /// <summary>The list of a name; null when there is none.</summary>
    /// <param name="name">Name of the list, for example <c>gender</c>.</param>
    public static CodeList? Find(string name) => ByName.GetValueOrDefault(name);

    private static IEnumerable<CodeList> Load()
    {
        yield return new CodeList("nationality", "GB/T 2659.1-2022", Countries.Alpha3Codes.Select(code => KeyValuePair.Create(code, Countries.Name(code)!)));

        string[] heading = [];
        var rows = new List<KeyValuePair<string, string>>();
        foreach (var row in EmbeddedTable.Read("Codes.Data.code-lists.txt").Append(["=", ""]))
        {
            if (row[0][0] != '=')
            {
                rows.Add(KeyValuePair.Create(row[0], row[1]));
                continue;
            }

            if (heading.Length > 0)
            {
                yield return new CodeList(heading[0][1..], heading[1], rows);
            }

            (heading, rows) = (row, []);
        }
    }
}
