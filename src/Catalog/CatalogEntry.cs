using DataHub.Kernel.Resources;

namespace DataHub.Catalog;

/// <summary>
/// A directory entry 政务信息资源目录条目: the core metadata of the 2017 guideline, checked. Part of stored events: properties are added,
/// never renamed. Holds nothing personal.
/// </summary>
public sealed record CatalogEntry
{
    /// <summary>信息资源代码, for example <c>101001/1</c>; identifies the entry for ever.</summary>
    public required string Code { get; init; }

    /// <summary>信息资源名称, 1 to 128 characters; not unique.</summary>
    public required string Title { get; init; }

    /// <summary>信息资源提供方, 1 to 128 characters.</summary>
    public required string PublisherName { get; init; }

    /// <summary>Unified social credit code of the provider.</summary>
    public required string PublisherCode { get; init; }

    /// <summary>信息资源摘要, at most 1000 characters.</summary>
    public required string Abstract { get; init; }

    /// <summary>信息资源格式 in words; may be empty.</summary>
    public required string Format { get; init; }

    /// <summary>信息项 in the order given.</summary>
    public required IReadOnlyList<EntryItem> Items { get; init; }

    /// <summary>共享类型.</summary>
    public required Sharing Sharing { get; init; }

    /// <summary>共享条件, or the legal basis of <see cref="Sharing.NotShared"/>; empty only with <see cref="Sharing.Unconditional"/>.</summary>
    public required string ShareCondition { get; init; }

    /// <summary>共享方式 in words; may be empty.</summary>
    public required string ShareMethod { get; init; }

    /// <summary>开放属性.</summary>
    public required bool OpenToPublic { get; init; }

    /// <summary>更新周期.</summary>
    public required UpdateCycle UpdateCycle { get; init; }

    /// <summary>发布日期, a civil date; null = not said.</summary>
    public required DateOnly? IssuedOn { get; init; }

    /// <summary>关联资源代码: well-formed codes; the entries need not be registered here.</summary>
    public required IReadOnlyList<string> RelatedCodes { get; init; }

    /// <summary>Class, item, subject and detail in words, joined by <c>/</c>; may be empty.</summary>
    public required string Category { get; init; }

    /// <summary>What makes the entry executable; null for an entry that only describes.</summary>
    public required EntrySchema? Schema { get; init; }
}

/// <summary>An information item 信息项 as registered.</summary>
public sealed record EntryItem
{
    /// <summary>English name, the field in records, <c>[a-z][a-z0-9_]*</c>.</summary>
    public required string Name { get; init; }

    /// <summary>中文名.</summary>
    public required string Title { get; init; }

    /// <summary>C N I D M T L or list; entries that only describe also Y B F G.</summary>
    public required string Type { get; init; }

    /// <summary>Characters or digits, or <c>precision.scale</c>; empty = no limit.</summary>
    public required string Length { get; init; }

    /// <summary>A record without this item is turned away.</summary>
    public required bool Required { get; init; }

    /// <summary>1 public, 2 internal, 3 personal, 4 sensitive.</summary>
    public required int Sensitivity { get; init; }

    /// <summary>Name of a code list; null = none.</summary>
    public string? CodeList { get; init; }

    /// <summary>Kind of identifier, <c>holder</c> or <c>person_name</c>; null = none.</summary>
    public string? Identifier { get; init; }

    /// <summary>Item beside this one that says the kind, for <see cref="Identifier"/> <c>holder</c>.</summary>
    public string? IdTypeItem { get; init; }

    /// <summary>Subject role of the person the value is about; null = the record as a whole.</summary>
    public string? Person { get; init; }

    /// <summary>Items of a list's members; empty otherwise.</summary>
    public IReadOnlyList<EntryItem> Items { get; init; } = [];
}

/// <summary>The executable half of an entry.</summary>
/// <param name="Resource">Code in records and claims, <c>[a-z][a-z0-9_]{1,39}</c>, never <c>ext</c>; fixed once registered.</param>
/// <param name="Version">From 1; never goes down, grows with an incompatible change.</param>
/// <param name="Key">Items that identify a record, in order.</param>
/// <param name="Roles">Whom a record is about.</param>
public sealed record EntrySchema(string Resource, int Version, IReadOnlyList<string> Key, IReadOnlyList<EntryRole> Roles);

/// <summary>A role of a subject and the item that identifies it.</summary>
/// <param name="Role">For example <c>owner</c>.</param>
/// <param name="Item">Item name, or <c>list[].item</c>.</param>
public sealed record EntryRole(string Role, string Item);

/// <summary>共享类型; numbers as in the guideline and the proto, stored for ever.</summary>
public enum Sharing
{
    /// <summary>无条件共享.</summary>
    Unconditional = 1,

    /// <summary>有条件共享.</summary>
    Conditional = 2,

    /// <summary>不予共享.</summary>
    NotShared = 3,
}
