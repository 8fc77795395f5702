using System.Globalization;
using DataHub.Kernel.Resources;

namespace DataHub.Catalog.Schemas;

/// <summary>An executable entry as the rooms that work by it see it.</summary>
internal static class SchemaOf
{
    public static ResourceSchema Entry(CatalogEntry entry)
    {
        var schema = entry.Schema ?? throw new ArgumentException("The entry only describes.", nameof(entry));
        return new ResourceSchema
        {
            Resource = schema.Resource,
            Version = schema.Version,
            Title = entry.Title,
            Publisher = entry.PublisherCode,
            UpdateCycle = entry.UpdateCycle,
            Items = [.. entry.Items.Select(Item)],
            Key = schema.Key,
            Roles = [.. schema.Roles.Select(role => new SubjectRole(role.Role, role.Item))],
        };
    }

    private static InformationItem Item(EntryItem item)
    {
        var (length, scale) = Limits(item.Length);
        return new InformationItem
        {
            Name = item.Name,
            Title = item.Title,
            Type = Type(item.Type),
            Length = length,
            Scale = scale,
            Required = item.Required,
            Sensitivity = item.Sensitivity,
            CodeList = item.CodeList,
            Identifier = item.Identifier,
            IdTypeItem = item.IdTypeItem,
            Person = item.Person,
            Items = [.. item.Items.Select(Item)],
        };
    }

    private static (int? Length, int? Scale) Limits(string length)
    {
        if (length.Length == 0)
        {
            return (null, null);
        }

        var parts = length.Split('.');
        return (Number(parts[0]), parts.Length == 2 ? Number(parts[1]) : null);
    }

    private static int Number(string digits) => int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);

    private static ItemType Type(string type) => type switch
    {
        "C" => ItemType.Text,
        "N" => ItemType.Number,
        "I" => ItemType.WholeNumber,
        "D" => ItemType.Date,
        "M" => ItemType.Month,
        "T" => ItemType.Instant,
        "L" => ItemType.Boolean,
        "list" => ItemType.List,
        _ => throw new InvalidDataException($"An executable entry cannot have an item of type {type}."),
    };
}
