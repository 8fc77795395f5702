using DataHub.Town.Entities;
using DataHub.Town.People;

namespace DataHub.Town.Insurance;

/// <summary>One spell of one person in one type of insurance.</summary>
internal sealed record Participation
{
    public const string EmployeePension = "110";
    public const string InstitutionPension = "120";
    public const string ResidentPension = "150";
    public const string EmployeeMedical = "310";
    public const string ResidentMedical = "390";

    public required Resident Person { get; init; }

    public required string PersonNo { get; init; }

    public required string InsuranceType { get; init; }

    /// <summary>Null for those who insure themselves.</summary>
    public required Job? Job { get; init; }

    /// <summary>Any day of the month of the first spell.</summary>
    public required DateOnly FirstInsured { get; init; }

    public required Standing Standing { get; init; }

    public required DateOnly From { get; init; }

    /// <summary>Null exactly while paying.</summary>
    public required DateOnly? To { get; init; }

    public required int PaidMonths { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public bool IsPaying => Standing == Standing.Paying;
}

/// <summary>An employment: the first working day is no later than the first insured month.</summary>
internal sealed record Job(LegalEntity Employer, string EmployerNo, DateOnly FirstWorkDay);

/// <summary>Participation AAC008 and payment AAC031, which go together here.</summary>
internal sealed record Standing(string Participation, string Payment)
{
    public static readonly Standing Paying = new("1", "1");

    public static readonly Standing Suspended = new("2", "2");

    public static readonly Standing Ended = new("4", "3");
}
