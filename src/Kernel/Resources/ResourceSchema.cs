namespace DataHub.Kernel.Resources;

/// <summary>The executable half of a directory entry: what records of a resource look like and whom they are about.</summary>
public sealed record ResourceSchema
{
    /// <summary>Resource code, <c>[a-z][a-z0-9_]{1,39}</c>; part of every stream key.</summary>
    public required string Resource { get; init; }

    /// <summary>Version of the schema, from 1.</summary>
    public required int Version { get; init; }

    /// <summary>Chinese title of the entry.</summary>
    public required string Title { get; init; }

    /// <summary>Unified social credit code of the provider 提供方.</summary>
    public required string Publisher { get; init; }

    /// <summary>How often the provider promises to update it.</summary>
    public required UpdateCycle UpdateCycle { get; init; }

    /// <summary>Information items in the order of the entry.</summary>
    public required IReadOnlyList<InformationItem> Items { get; init; }

    /// <summary>Names of the items that identify a record, in order.</summary>
    public required IReadOnlyList<string> Key { get; init; }

    /// <summary>Whom a record is about.</summary>
    public required IReadOnlyList<SubjectRole> Roles { get; init; }
}

/// <summary>A role a subject can have in a record, and the item that identifies the subject.</summary>
/// <param name="Role">For example <c>owner</c>.</param>
/// <param name="Item">Item name, or <c>list[].item</c> for the members of a list.</param>
public sealed record SubjectRole(string Role, string Item)
{
    /// <summary>Name of the list for a role in a list, else null.</summary>
    public string? List => Item.IndexOf("[].", StringComparison.Ordinal) is var at and >= 0 ? Item[..at] : null;

    /// <summary>Name of the identifying item, inside the list for a role in a list.</summary>
    public string Name => List is null ? Item : Item[(List.Length + 3)..];
}
