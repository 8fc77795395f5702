using DataHub.Town.People;

namespace DataHub.Town.Entities;

/// <summary>A company, a self-employed person or a public institution, as the registration office holds it.</summary>
internal sealed record LegalEntity
{
    public const string Active = "1";
    public const string RevokedAndCancelled = "3";
    public const string Cancelled = "4";

    public required string Uscc { get; init; }

    public required string Name { get; init; }

    public required EntityKind Kind { get; init; }

    public required Resident LegalRep { get; init; }

    public required string Address { get; init; }

    public required Trade Trade { get; init; }

    /// <summary>In units of 10,000 yuan; null for those that register none.</summary>
    public required decimal? CapitalWan { get; init; }

    public required DateOnly Established { get; init; }

    /// <summary>Last day of the term, inclusive; null = no end.</summary>
    public required DateOnly? TermTo { get; init; }

    public required string Status { get; init; }

    /// <summary>Given exactly for the statuses 3 and 4.</summary>
    public required DateOnly? CancelledOn { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public string OrgCode => Kernel.Identifiers.Uscc.OrganisationCode(Uscc);

    public bool IsActive => Status == Active;
}

/// <summary>A kind of entity.</summary>
/// <param name="UsccPrefix">Registration authority and category, places 1 and 2.</param>
/// <param name="OrgCodePrefix">First four places of invented organisation codes.</param>
/// <param name="OrgType">GB/T 20091.</param>
/// <param name="Authority">Office that registers it.</param>
internal sealed record EntityKind(string UsccPrefix, string OrgCodePrefix, string OrgType, string Authority)
{
    public static readonly EntityKind Company = new("91", "MA99", "11", "清河市市场监督管理局");

    public static readonly EntityKind SoleTrader = new("92", "MA99", "99", "清河市市场监督管理局");

    public static readonly EntityKind Institution = new("12", "MB98", "51", "清河市事业单位登记管理局");
}

/// <summary>What an entity does.</summary>
/// <param name="Word">Its word in names.</param>
/// <param name="IndustryCode">GB/T 4754-2017, letter and four digits.</param>
/// <param name="Scope">Business scope.</param>
internal sealed record Trade(string Word, string IndustryCode, string Scope);
