using DataHub.Town.Entities;
using DataHub.Town.People;

namespace DataHub.Town.Property;

/// <summary>A real-property unit: land with what stands on it.</summary>
/// <param name="Code">GB/T 37346, 28 places.</param>
/// <param name="Address">Where it lies.</param>
/// <param name="RightType">What can be held in it.</param>
/// <param name="RightNature">How the land was given.</param>
/// <param name="BuildingUse">Planned use; empty for bare land.</param>
/// <param name="AreaSquareMetres">Building area; null for bare land.</param>
/// <param name="UseFrom">First day of the land's term; null = no term.</param>
/// <param name="UseTo">Last day of the land's term; null = no term.</param>
internal sealed record PropertyUnit(
    string Code,
    Address Address,
    string RightType,
    string RightNature,
    string BuildingUse,
    decimal? AreaSquareMetres,
    DateOnly? UseFrom,
    DateOnly? UseTo);

/// <summary>Somebody who holds a right; the share is a fraction or decimal, empty unless the right is held by shares.</summary>
internal sealed record Owner(string Name, string IdType, string Id, string Share)
{
    public static Owner Of(Resident resident, string share = "") => new(resident.Name, "111", resident.Id, share);

    public static Owner Of(LegalEntity entity) => new(entity.Name, "001", entity.Uscc, "");
}

/// <summary>One entry of the real-property register.</summary>
internal sealed record PropertyRight
{
    public const string Current = "1";
    public const string Historical = "2";

    public required PropertyUnit Unit { get; init; }

    public required string CertificateNo { get; init; }

    public required string CaseNo { get; init; }

    public required string RegistrationType { get; init; }

    public required Title Title { get; init; }

    public required DateTimeOffset RegisteredAt { get; init; }

    public required DateOnly IssuedOn { get; init; }

    public required bool Mortgaged { get; init; }

    public required bool Sealed { get; init; }

    public required bool Disputed { get; init; }

    public required string Status { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public IReadOnlyList<Owner> Owners => Title.Owners;
}
