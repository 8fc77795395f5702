using System.Text.RegularExpressions;
using DataHub.Kernel.Faults;
using DataHub.V1;
using Google.Protobuf.Collections;

namespace DataHub.Catalog.Registration;

/// <summary>The executable half of an entry as sent, checked against the entry's items.</summary>
internal static partial class SchemaReader
{
    private const int MaxKey = 10;
    private const int MaxRoles = 20;

    /// <summary>The roles, their names checked but not their items, since items in turn name roles; empty without a schema.</summary>
    public static IReadOnlyList<EntryRole> RolesOf(ResourceSchema? sent, string path)
    {
        if (sent is null)
        {
            return [];
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, role) in sent.Roles.Index())
        {
            if (!Slug().IsMatch(role.Role) || !names.Add(role.Role))
            {
                throw Require.Malformed("SCHEMA_ROLE", $"{path}.roles[{index}].role", "must have 2 to 40 of a-z, 0-9 and _, begin with a letter and stand once");
            }
        }

        return names.Count <= MaxRoles
            ? [.. sent.Roles.Select(role => new EntryRole(role.Role, role.Item))]
            : throw Require.Malformed("SCHEMA_ROLE", $"{path}.roles", $"may be {MaxRoles} at most");
    }

    public static EntrySchema Read(ResourceSchema sent, IReadOnlyList<EntryRole> roles, IReadOnlyList<EntryItem> items, string path)
    {
        if (!Slug().IsMatch(sent.Resource) || sent.Resource == "ext")
        {
            throw Require.Malformed("RESOURCE_CODE", $"{path}.resource", "must have 2 to 40 of a-z, 0-9 and _, begin with a letter and not be ext");
        }

        if (sent.Version < 1)
        {
            throw Require.Malformed("SCHEMA_VERSION_RANGE", $"{path}.version", "counts from 1");
        }

        RequireKey(sent.Key, items, $"{path}.key");
        foreach (var (index, role) in roles.Index())
        {
            RequireIdentifying(role.Item, items, $"{path}.roles[{index}].item");
        }

        return new EntrySchema(sent.Resource, sent.Version, [.. sent.Key], roles);
    }

    private static void RequireKey(RepeatedField<string> key, IReadOnlyList<EntryItem> items, string path)
    {
        if (key.Count is 0 or > MaxKey)
        {
            throw Require.Malformed("SCHEMA_KEY", path, $"must name 1 to {MaxKey} items");
        }

        foreach (var (index, name) in key.Index())
        {
            var isKey = items.Any(item => item.Name == name && item.Type != "list" && item.Required) && !key.Take(index).Contains(name);
            if (!isKey)
            {
                throw Require.Malformed("SCHEMA_KEY", $"{path}[{index}]", "must name a required item that is no list, once");
            }
        }
    }

    private static void RequireIdentifying(string path, IReadOnlyList<EntryItem> items, string field)
    {
        var parts = path.Split("[].");
        var found = parts.Length switch
        {
            1 => Named(items, path),
            2 when Named(items, parts[0]) is { Type: "list" } list => Named(list.Items, parts[1]),
            _ => null,
        };
        if (found?.Identifier is null or "person_name")
        {
            throw Require.Malformed("SCHEMA_ROLE_ITEM", field, "must name an item with a kind of identifier, or list[].item for the members of a list");
        }
    }

    private static EntryItem? Named(IReadOnlyList<EntryItem> items, string name) => items.FirstOrDefault(item => item.Name == name);

    [GeneratedRegex(@"\A[a-z][a-z0-9_]{1,39}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Slug();
}
