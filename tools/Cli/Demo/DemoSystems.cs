using DataHub.Host.Keys;
using DataHub.Kernel.Access;
using DataHub.V1;

namespace DataHub.Cli.Demo;

/// <summary>The systems of the demo town, and the certificates they get when the hub starts.</summary>
internal static class DemoSystems
{
    public const string Approval = "approval-1";
    public const string Issuer = "housing-issuer-1";
    public const string Steward = "steward-1";
    public const string Directory = "directory-1";
    public const string IssuingAuthority = "清河市住房和城乡建设局";
    public const string IssuingAuthorityCode = "11330382MB9900531B";

    private const string ServiceBureauCode = "11330382MB9902916X";

    /// <summary>The four base resources, each with the front-end processor that pushes it.</summary>
    public static readonly IReadOnlyList<(string Resource, string System)> Processors =
    [
        ("population_person", "police-fep-1"),
        ("legal_entity", "market-fep-1"),
        ("real_property_right", "land-fep-1"),
        ("insurance_participation", "insurance-fep-1"),
    ];

    public static void Certify(HubKeys keys, IReadOnlyDictionary<string, DirectoryEntry> entries)
    {
        foreach (var (resource, system) in Processors)
        {
            keys.IssueSystem(system, entries[resource].PublisherCode, SystemRole.Provider);
        }

        keys.IssueSystem(Approval, ServiceBureauCode, SystemRole.Consumer);
        keys.IssueSystem(Issuer, IssuingAuthorityCode, SystemRole.Issuer);
        keys.IssueSystem(Steward, ServiceBureauCode, SystemRole.Steward);
        keys.IssueSystem(Directory, ServiceBureauCode, SystemRole.Provider);
        keys.EnsureIssuer(IssuingAuthority, IssuingAuthorityCode);
    }
}
