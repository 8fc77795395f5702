using DataHub.Kernel.Faults;
using DataHub.V1;
using YamlDotNet.Serialization;

namespace DataHub.Cli;

/// <summary>A registration file: a directory entry with its schema as a department writes it (YAML, see <c>data/resources</c>).</summary>
internal static class RegistrationFile
{
    /// <summary>Folder with the registration files that come with the program.</summary>
    public static string Folder => Path.Combine(AppContext.BaseDirectory, "data", "resources");

    /// <summary>The registration of a resource that comes with the program.</summary>
    /// <exception cref="FaultException">There is none.</exception>
    public static DirectoryEntry OfResource(string resource)
    {
        var path = Path.Combine(Folder, $"{resource}.yaml");
        return resource.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') && File.Exists(path) ? Read(path) : throw CliFaults.NoRegistration(resource);
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="FaultException">It does not exist, or is not a registration; says line and column, or which word is not known.</exception>
    public static DirectoryEntry Read(string path) => YamlFile.Read<Registration>(path, "REGISTRATION_FILE").ToEntry();

    /// <summary>Columns a CSV file of the entry must have.</summary>
    public static IReadOnlyCollection<string> RequiredColumns(DirectoryEntry entry) =>
        [.. entry.Items.Where(item => item.Required).Select(item => item.Name)];

    private sealed class Registration
    {
        public string Code { get; set; } = "";

        public string Title { get; set; } = "";

        public Publisher Publisher { get; set; } = new();

        public string Abstract { get; set; } = "";

        public string Category { get; set; } = "";

        public string Format { get; set; } = "";

        public string ShareType { get; set; } = "";

        public string ShareCondition { get; set; } = "";

        public string ShareMethod { get; set; } = "";

        public bool OpenToPublic { get; set; }

        public string UpdateCycle { get; set; } = "";

        public string IssuedOn { get; set; } = "";

        public string Resource { get; set; } = "";

        public int Version { get; set; }

        public List<string> Key { get; set; } = [];

        public List<Role> Roles { get; set; } = [];

        public List<Item> Items { get; set; } = [];

        public DirectoryEntry ToEntry() => new()
        {
            Code = Code,
            Title = Title,
            PublisherName = Publisher.Name,
            PublisherCode = Publisher.Code,
            Abstract = Abstract,
            Category = Category,
            Format = Format,
            ShareType = Word<ShareType>(ShareType, "share_type"),
            ShareCondition = ShareCondition,
            ShareMethod = ShareMethod,
            OpenToPublic = OpenToPublic,
            UpdateCycle = Word<UpdateCycle>(UpdateCycle, "update_cycle"),
            IssuedOn = IssuedOn,
            Items = { Items.Select(item => item.ToItem()) },
            Schema = Resource.Length == 0 ? null : new ResourceSchema
            {
                Resource = Resource,
                Version = Version,
                Key = { Key },
                Roles = { Roles.Select(role => new SubjectRole { Role = role.RoleName, Item = role.Item }) },
            },
        };

        private static T Word<T>(string word, string field)
            where T : struct, Enum =>
            Enum.TryParse<T>(word.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out var value)
                ? value
                : throw CliFaults.BadOption(field, $"must be one of {string.Join(", ", Enum.GetNames<T>().Skip(1))}");
    }

    private sealed class Publisher
    {
        public string Name { get; set; } = "";

        public string Code { get; set; } = "";
    }

    private sealed class Role
    {
        [YamlMember(Alias = "role")]
        public string RoleName { get; set; } = "";

        public string Item { get; set; } = "";
    }

    private sealed class Item
    {
        public string Name { get; set; } = "";

        public string Title { get; set; } = "";

        public string Type { get; set; } = "";

        public string Length { get; set; } = "";

        public bool Required { get; set; }

        public int Sensitivity { get; set; } = 2;

        public string CodeList { get; set; } = "";

        public string Identifier { get; set; } = "";

        public string IdTypeItem { get; set; } = "";

        public string Person { get; set; } = "";

        public List<Item> Items { get; set; } = [];

        public InformationItem ToItem() => new()
        {
            Name = Name,
            Title = Title,
            Type = Type,
            Length = Length,
            Required = Required,
            Sensitivity = Sensitivity,
            CodeList = CodeList,
            Identifier = Identifier,
            IdTypeItem = IdTypeItem,
            Person = Person,
            Items = { Items.Select(item => item.ToItem()) },
        };
    }
}
