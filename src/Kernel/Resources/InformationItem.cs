namespace DataHub.Kernel.Resources;

/// <summary>An information item 信息项 of a resource: what a field is called, holds and must satisfy.</summary>
public sealed record InformationItem
{
    /// <summary>English name, the field in records and claims, <c>[a-z][a-z0-9_]{0,39}</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Chinese name 中文名.</summary>
    public required string Title { get; init; }

    /// <summary>Data type.</summary>
    public required ItemType Type { get; init; }

    /// <summary>Most characters (<see cref="ItemType.Text"/>) or digits (<see cref="ItemType.Number"/>); null = no limit.</summary>
    public int? Length { get; init; }

    /// <summary>Digits after the point (<see cref="ItemType.Number"/>); null = no limit.</summary>
    public int? Scale { get; init; }

    /// <summary>A record without this item is turned away.</summary>
    public bool Required { get; init; }

    /// <summary>1 public, 2 internal, 3 personal, 4 sensitive; from 3 the value is sealed.</summary>
    public int Sensitivity { get; init; } = 2;

    /// <summary>Name of the code list the value must be in; null = none.</summary>
    public string? CodeList { get; init; }

    /// <summary>Kind of identifier the value must be, or <c>holder</c>: the kind that <see cref="IdTypeItem"/> says; null = none.</summary>
    public string? Identifier { get; init; }

    /// <summary>Item with the holder code type (GB/T 36903 annex A) for <see cref="Identifier"/> <c>holder</c>.</summary>
    public string? IdTypeItem { get; init; }

    /// <summary>
    /// Subject role of the person the value is about: sealed under that person's key when the person is a natural one.
    /// Null with sensitivity 3 or 4 = about the record as a whole.
    /// </summary>
    public string? Person { get; init; }

    /// <summary>Items of a list's members; empty otherwise.</summary>
    public IReadOnlyList<InformationItem> Items { get; init; } = [];

    /// <summary>The value is personal whoever the subject is.</summary>
    public bool IsPersonal => Sensitivity >= 3;
}
