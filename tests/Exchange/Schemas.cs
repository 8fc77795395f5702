using System.Globalization;
using DataHub.Kernel.Resources;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace DataHub.Exchange.Tests;

/// <summary>The base libraries as their files declare them, in the form the catalog gives to the exchange.</summary>
internal static class Schemas
{
    public static ResourceSchema Person { get; } = Read("population_person");

    public static ResourceSchema Entity { get; } = Read("legal_entity");

    public static ResourceSchema Property { get; } = Read("real_property_right");

    public static ResourceSchema Insurance { get; } = Read("insurance_participation");

    private static ResourceSchema Read(string resource)
    {
        var yaml = new DeserializerBuilder().WithNamingConvention(UnderscoredNamingConvention.Instance).IgnoreUnmatchedProperties().Build();
        return yaml.Deserialize<ResourceFile>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "data", "resources", $"{resource}.yaml"))).ToSchema();
    }

    private sealed class ResourceFile
    {
        public string Title { get; set; } = "";

        public Dictionary<string, string> Publisher { get; set; } = [];

        public string UpdateCycle { get; set; } = "";

        public string Resource { get; set; } = "";

        public int Version { get; set; }

        public List<string> Key { get; set; } = [];

        public List<Dictionary<string, string>> Roles { get; set; } = [];

        public List<Item> Items { get; set; } = [];

        public ResourceSchema ToSchema() => new()
        {
            Resource = Resource,
            Version = Version,
            Title = Title,
            Publisher = Publisher["code"],
            UpdateCycle = Enum.Parse<UpdateCycle>(UpdateCycle, ignoreCase: true),
            Items = [.. Items.Select(item => item.ToItem())],
            Key = Key,
            Roles = [.. Roles.Select(role => new SubjectRole(role["role"], role["item"]))],
        };
    }

    private sealed class Item
    {
        private static readonly Dictionary<string, ItemType> Types = new()
        {
            ["C"] = ItemType.Text,
            ["N"] = ItemType.Number,
            ["I"] = ItemType.WholeNumber,
            ["D"] = ItemType.Date,
            ["M"] = ItemType.Month,
            ["T"] = ItemType.Instant,
            ["L"] = ItemType.Boolean,
            ["list"] = ItemType.List,
        };

        public string Name { get; set; } = "";

        public string Title { get; set; } = "";

        public string Type { get; set; } = "";

        public string Length { get; set; } = "";

        public bool Required { get; set; }

        public int Sensitivity { get; set; }

        public string? CodeList { get; set; }

        public string? Identifier { get; set; }

        public string? IdTypeItem { get; set; }

        public string? Person { get; set; }

        public List<Item> Items { get; set; } = [];

        public InformationItem ToItem()
        {
            var limits = Length.Split('.', StringSplitOptions.RemoveEmptyEntries).Select(part => int.Parse(part, CultureInfo.InvariantCulture)).ToArray();
            return new InformationItem
            {
                Name = Name,
                Title = Title,
                Type = Types[Type],
                Length = limits.Length > 0 ? limits[0] : null,
                Scale = limits.Length > 1 ? limits[1] : null,
                Required = Required,
                Sensitivity = Sensitivity,
                CodeList = CodeList,
                Identifier = Identifier,
                IdTypeItem = IdTypeItem,
                Person = Person,
                Items = [.. Items.Select(item => item.ToItem())],
            };
        }
    }
}
