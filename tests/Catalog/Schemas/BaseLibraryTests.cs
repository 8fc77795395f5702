using DataHub.Catalog.Registration;
using DataHub.V1;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace DataHub.Catalog.Tests.Schemas;

/// <summary>The resources that come with the hub satisfy its own rules.</summary>
public sealed class BaseLibraryTests
{
    [Theory]
    [InlineData("population_person")]
    [InlineData("legal_entity")]
    [InlineData("real_property_right")]
    [InlineData("insurance_participation")]
    public void ReadAll_ResourceOfTheHub_IsLawful(string resource)
    {
        var file = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "data", "resources", $"{resource}.yaml"));
        var yaml = new DeserializerBuilder().WithNamingConvention(UnderscoredNamingConvention.Instance).IgnoreUnmatchedProperties().Build();
        var entry = EntryReader.ReadAll([yaml.Deserialize<ResourceFile>(file).ToEntry()])[0];
        Assert.Equal(resource, entry.Schema!.Resource);
        Assert.NotEmpty(entry.Schema.Roles);
    }

    private sealed class ResourceFile
    {
        public string Code { get; set; } = "";

        public string Title { get; set; } = "";

        public Publisher Publisher { get; set; } = new();

        public string ShareType { get; set; } = "";

        public string ShareCondition { get; set; } = "";

        public string UpdateCycle { get; set; } = "";

        public string Resource { get; set; } = "";

        public int Version { get; set; }

        public List<string> Key { get; set; } = [];

        public List<SubjectRole> Roles { get; set; } = [];

        public List<Item> Items { get; set; } = [];

        public DirectoryEntry ToEntry() => new()
        {
            Code = Code,
            Title = Title,
            PublisherName = Publisher.Name,
            PublisherCode = Publisher.Code,
            ShareType = Enum.Parse<ShareType>(ShareType, ignoreCase: true),
            ShareCondition = ShareCondition,
            UpdateCycle = Enum.Parse<UpdateCycle>(UpdateCycle, ignoreCase: true),
            Items = { Items.Select(item => item.ToMessage()) },
            Schema = new ResourceSchema { Resource = Resource, Version = Version, Key = { Key }, Roles = { Roles } },
        };
    }

    private sealed class Publisher
    {
        public string Name { get; set; } = "";

        public string Code { get; set; } = "";
    }

    private sealed class Item
    {
        public string Name { get; set; } = "";

        public string Title { get; set; } = "";

        public string Type { get; set; } = "";

        public string Length { get; set; } = "";

        public bool Required { get; set; }

        public int Sensitivity { get; set; }

        public string CodeList { get; set; } = "";

        public string Identifier { get; set; } = "";

        public string IdTypeItem { get; set; } = "";

        public string Person { get; set; } = "";

        public List<Item> Items { get; set; } = [];

        public InformationItem ToMessage() => new()
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
            Items = { Items.Select(item => item.ToMessage()) },
        };
    }
}
