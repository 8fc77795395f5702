using Bogus;

namespace DataHub.Town.People;

/// <summary>Somebody before the registration office gave numbers.</summary>
internal sealed record Persona(
    string Name, bool Male, DateOnly Birth, string EthnicGroup, string Relation, string MaritalStatus, DateOnly? Death = null);

/// <summary>Relations to the head of the household, GB/T 4761.</summary>
internal static class Relations
{
    public const string Head = "02";
    public const string Spouse = "10";
    public const string Son = "20";
    public const string Daughter = "30";
    public const string Parent = "50";
}

/// <summary>Marital statuses, GB/T 2261.2.</summary>
internal static class Marriage
{
    public const string Never = "10";
    public const string First = "21";
    public const string Widowed = "30";
    public const string Divorced = "40";

    private static readonly string[] Married = ["20", First, First, First, "22", "23"];

    public static string Current(Randomizer random) => random.ArrayElement(Married);

    public static bool IsCurrent(string status) => status[0] == '2';
}
