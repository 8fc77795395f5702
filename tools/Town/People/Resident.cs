namespace DataHub.Town.People;

/// <summary>A resident as the police registers one.</summary>
internal sealed record Resident
{
    public const string Registered = "10";
    public const string MovedAway = "20";
    public const string Dead = "30";
    public const string SettledAbroad = "40";

    public required string Id { get; init; }

    public required string Name { get; init; }

    public string FormerName { get; init; } = "";

    public required bool Male { get; init; }

    public required string EthnicGroup { get; init; }

    public required DateOnly Birth { get; init; }

    /// <summary>GB/T 2261.2; empty when nobody asked.</summary>
    public required string MaritalStatus { get; init; }

    /// <summary>GB/T 4658; empty for children.</summary>
    public required string Education { get; init; }

    public required string DomicileAddress { get; init; }

    public required string HouseholdNo { get; init; }

    /// <summary>GB/T 4761; one 02 a household.</summary>
    public required string Relation { get; init; }

    public required string ResidenceDivision { get; init; }

    public required string ResidenceAddress { get; init; }

    public required string Phone { get; init; }

    public required string Status { get; init; }

    public DateOnly? Death { get; init; }

    public string LegacyId { get; init; } = "";

    public required DateTimeOffset UpdatedAt { get; init; }

    public string Gender => Male ? "1" : "2";

    public bool IsRegistered => Status == Registered;

    public int AgeOn(DateOnly day) => Days.Age(Birth, day);
}

/// <summary>People of one household book 户口簿, the head first.</summary>
internal sealed record Household(Address Home, IReadOnlyList<Resident> Members)
{
    public Resident Head => Members[0];
}
