using DataHub.Catalog.Import;
using DataHub.V1;

namespace DataHub.Catalog.Tests;

/// <summary>Lawful entries to begin with, and the corpus.</summary>
internal static class Samples
{
    public const string Police = "11330382MB99002595";
    public const string Health = "11330382MB9900398U";

    public static DirectoryEntry Describing(string code = "101001/9", string title = "养犬登记信息") => new()
    {
        Code = code,
        Title = title,
        PublisherName = "清河市公安局",
        PublisherCode = Police,
        Abstract = "市内养犬的登记情况。",
        Format = "数据库",
        Items = { Item("dog_no", "犬牌号码") },
        ShareType = ShareType.Unconditional,
        UpdateCycle = UpdateCycle.Monthly,
        IssuedOn = "2026-01-05",
        RelatedCodes = { "101001/1" },
        Category = "部门信息资源/清河市",
    };

    /// <summary>Keepers of dogs: a key of one item, a role by a resident's number, a list with a role by any document.</summary>
    public static DirectoryEntry Executable(string code = "101001/8", string resource = "dog_licence", int version = 1)
    {
        var entry = Describing(code, "养犬许可信息");
        entry.Items[0].Required = true;
        entry.Items.Add(new InformationItem { Name = "keeper_id", Title = "养犬人号码", Type = "C", Length = "18", Required = true, Sensitivity = 4, Identifier = "resident_id", Person = "keeper" });
        entry.Items.Add(new InformationItem { Name = "fee", Title = "费用", Type = "N", Length = "8.2", Sensitivity = 2 });
        entry.Items.Add(Helpers());
        entry.Schema = new ResourceSchema { Resource = resource, Version = version, Key = { "dog_no" } };
        entry.Schema.Roles.Add(new SubjectRole { Role = "keeper", Item = "keeper_id" });
        entry.Schema.Roles.Add(new SubjectRole { Role = "helper", Item = "helpers[].id_no" });
        return entry;
    }

    public static InformationItem Item(string name, string title, string type = "C") => new() { Name = name, Title = title, Type = type, Sensitivity = 2 };

    public static IReadOnlyList<DirectoryEntry> Corpus()
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "data", "directory.csv"));
        return GuidelineCsv.Read(file);
    }

    private static InformationItem Helpers()
    {
        var idType = Item("id_type", "证件类型");
        idType.CodeList = "holder_code_type";
        var idNo = Item("id_no", "证件号码");
        (idNo.Identifier, idNo.IdTypeItem, idNo.Required, idNo.Sensitivity, idNo.Person) = ("holder", "id_type", true, 4, "helper");
        return new InformationItem { Name = "helpers", Title = "协助人", Type = "list", Sensitivity = 3, Items = { idType, idNo } };
    }
}
