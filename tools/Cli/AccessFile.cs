using DataHub.Kernel.Faults;
using DataHub.V1;

namespace DataHub.Cli;

/// <summary>Proposals as an administrator writes them down (YAML, see <c>data/access</c>): organisations, accounts, roles, grants, and what is to end.</summary>
internal sealed class AccessFile
{
    public List<Organisation> Organisations { get; set; } = [];

    public List<Account> Accounts { get; set; } = [];

    public List<Account> Roles { get; set; } = [];

    public List<string> Resume { get; set; } = [];

    public List<string> Close { get; set; } = [];

    public List<Grant> Grants { get; set; } = [];

    public List<string> Revoke { get; set; } = [];

    /// <summary>The file of the demo town.</summary>
    public static AccessFile OfTown => Read(Path.Combine(AppContext.BaseDirectory, "data", "access", "qinghe.yaml"));

    /// <summary>Reads a file.</summary>
    /// <exception cref="FaultException">It does not exist, or has not the form; says line and column, or which word is not known.</exception>
    public static AccessFile Read(string path) => YamlFile.Read<AccessFile>(path, "ACCESS_FILE");

    /// <summary>A role as people write it: <c>provider</c>, <c>security_administrator</c> …</summary>
    public static AccountRole RoleOf(string word) => Word<AccountRole>(word, "roles");

    private static T Word<T>(string word, string field)
        where T : struct, Enum =>
        Enum.TryParse<T>(word.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out var value) && Enum.IsDefined(value)
            ? value
            : throw CliFaults.BadOption(field, $"must be one of {string.Join(", ", Enum.GetNames<T>().Skip(1))}");

    public sealed class Organisation
    {
        public string Uscc { get; set; } = "";

        public string Name { get; set; } = "";

        public RegisterOrganisationRequest ToRequest() => new() { Uscc = Uscc, Name = Name };
    }

    public sealed class Account
    {
        public string Id { get; set; } = "";

        public string Type { get; set; } = "system";

        public string Organisation { get; set; } = "";

        public List<string> Roles { get; set; } = [];

        public string Authority { get; set; } = "";

        public ProposedAccountEntry ToEntry() => new()
        {
            AccountId = Id,
            Type = Word<AccountType>(Type, "type"),
            Organisation = Organisation,
            Roles = { Roles.Select(RoleOf) },
            Authority = Authority,
        };

        public ProposedRolesEntry ToRoles() => new() { AccountId = Id, Roles = { Roles.Select(RoleOf) } };
    }

    public sealed class Grant
    {
        public string Consumer { get; set; } = "";

        public string Resource { get; set; } = "";

        public List<string> Fields { get; set; } = [];

        public List<string> Purposes { get; set; } = [];

        public List<string> Operations { get; set; } = [];

        public bool TellsAbsence { get; set; }

        public int RetentionDays { get; set; }

        public string Until { get; set; } = "";

        public GrantEntry ToEntry() => new()
        {
            Consumer = Consumer,
            Resource = Resource,
            Fields = { Fields },
            Purposes = { Purposes },
            Operations = { Operations.Select(word => Word<GrantOperation>(word, "operations")) },
            TellsAbsence = TellsAbsence,
            RetentionDays = RetentionDays,
            Until = Until,
        };
    }
}
