namespace DataHub.Catalog.Registration;

/// <summary>What a revision means for records and claims made by the schema before it.</summary>
internal static class SchemaChange
{
    /// <summary>
    /// True when whoever knows the current schema can go on: same key, same roles, no item of another type, no required item gone. New items,
    /// other titles, lengths, code lists and sensitivities are compatible.
    /// </summary>
    public static bool IsCompatible(CatalogEntry current, CatalogEntry next)
    {
        if (current.Schema is not { } before || next.Schema is not { } after)
        {
            return true;
        }

        var items = Flat(next.Items, prefix: "").ToDictionary(item => item.Path, item => item.Item, StringComparer.Ordinal);
        return before.Key.SequenceEqual(after.Key)
            && before.Roles.ToHashSet().SetEquals(after.Roles)
            && Flat(current.Items, prefix: "").All(known => items.TryGetValue(known.Path, out var item) ? item.Type == known.Item.Type : !known.Item.Required);
    }

    private static IEnumerable<(string Path, EntryItem Item)> Flat(IEnumerable<EntryItem> items, string prefix) =>
        items.SelectMany(item => Flat(item.Items, $"{prefix}{item.Name}[].").Prepend((prefix + item.Name, item)));
}
