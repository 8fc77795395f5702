namespace DataHub.Cli.Demo;

/// <summary>The systems of the demo town, as <c>data/access/qinghe.yaml</c> registers them.</summary>
internal static class DemoSystems
{
    public const string Approval = "approval-1";
    public const string Issuer = "housing-issuer-1";
    public const string Steward = "steward-1";
    public const string Directory = "directory-1";
    public const string IssuingAuthority = "清河市住房和城乡建设局";
    public const string IssuingAuthorityCode = "11330382MB9900531B";

    /// <summary>The four base resources, each with the front-end processor that pushes it.</summary>
    public static readonly IReadOnlyList<(string Resource, string System)> Processors =
    [
        ("population_person", "police-fep-1"),
        ("legal_entity", "market-fep-1"),
        ("real_property_right", "land-fep-1"),
        ("insurance_participation", "insurance-fep-1"),
    ];
}
