using DataHub.Catalog.Registration;
using DataHub.Kernel.Faults;
using DataHub.V1;

namespace DataHub.Catalog.Tests.Registration;

public sealed class EntryReaderTests
{
    public static TheoryData<string, string, Action<DirectoryEntry>> Faults => new()
    {
        { "ENTRY_CODE", "code", e => e.Code = "401001/1" },
        { "ENTRY_CODE", "code", e => e.Code = "10001/1" },
        { "ENTRY_CODE", "code", e => e.Code = "101001" },
        { "ENTRY_CODE", "code", e => e.Code = "101001/" },
        { "ENTRY_CODE", "code", e => e.Code = "101001-1" },
        { "ENTRY_CODE", "code", e => e.Code = "1O1001/1" },
        { "ENTRY_CODE", "code", e => e.Code = "101001/1\n" },
        { "FIELD_REQUIRED", "title", e => e.Title = " " },
        { "FIELD_TOO_LONG", "title", e => e.Title = new string('名', 129) },
        { "FIELD_REQUIRED", "publisher_name", e => e.PublisherName = "" },
        { "IDENTIFIER_INVALID", "publisher_code", e => e.PublisherCode = "11330382MB99002596" },
        { "FIELD_TOO_LONG", "abstract", e => e.Abstract = new string('摘', 1001) },
        { "SHARE_TYPE", "share_type", e => e.ShareType = ShareType.Unspecified },
        { "SHARE_TYPE", "share_type", e => e.ShareType = (ShareType)9 },
        { "FIELD_REQUIRED", "share_condition", e => e.ShareType = ShareType.Conditional },
        { "FIELD_REQUIRED", "share_condition", e => e.ShareType = ShareType.NotShared },
        { "UPDATE_CYCLE", "update_cycle", e => e.UpdateCycle = UpdateCycle.Unspecified },
        { "DATE_INVALID", "issued_on", e => e.IssuedOn = "2026-02-29" },
        { "ENTRY_CODE", "related_codes[1]", e => e.RelatedCodes.Add("x") },
        { "ITEM_NAME", "items[0].name", e => e.Items[0].Name = "Name" },
        { "ITEM_NAME", "items[0].name", e => e.Items[0].Name = new string('a', 41) },
        { "ITEM_NAME_REPEATED", "items[2].name", e => e.Items[2].Name = "dog_no" },
        { "FIELD_REQUIRED", "items[1].title", e => e.Items[1].Title = "" },
        { "ITEM_TYPE", "items[2].type", e => e.Items[2].Type = "Y" },
        { "ITEM_TYPE", "items[3].items[0].type", e => e.Items[3].Items[0].Type = "list" },
        { "ITEM_LENGTH", "items[1].length", e => e.Items[1].Length = "0" },
        { "ITEM_LENGTH", "items[1].length", e => e.Items[1].Length = "18.2" },
        { "ITEM_LENGTH", "items[2].length", e => e.Items[2].Length = "8." },
        { "ITEM_SENSITIVITY", "items[0].sensitivity", e => e.Items[0].Sensitivity = 0 },
        { "ITEM_SENSITIVITY", "items[0].sensitivity", e => e.Items[0].Sensitivity = 5 },
        { "CODE_LIST_UNKNOWN", "items[0].code_list", e => e.Items[0].CodeList = "no_such_list" },
        { "CODE_LIST_TYPE", "items[2].code_list", e => e.Items[2].CodeList = "gender" },
        { "IDENTIFIER_UNKNOWN", "items[1].identifier", e => e.Items[1].Identifier = "no_such_kind" },
        { "IDENTIFIER_TYPE", "items[2].identifier", e => e.Items[2].Identifier = "uscc" },
        { "ID_TYPE_ITEM", "items[3].items[1].id_type_item", e => e.Items[3].Items[1].IdTypeItem = "dog_no" },
        { "ID_TYPE_ITEM", "items[1].id_type_item", e => e.Items[1].IdTypeItem = "dog_no" },
        { "ITEM_PERSON", "items[1].person", e => e.Items[1].Person = "owner" },
        { "ITEMS_COUNT", "items[3].items", e => e.Items[3].Items.Clear() },
        { "ITEM_MEMBERS", "items[0].items", e => e.Items[0].Items.Add(Samples.Item("a", "甲")) },
        { "RESOURCE_CODE", "schema.resource", e => e.Schema.Resource = "ext" },
        { "RESOURCE_CODE", "schema.resource", e => e.Schema.Resource = "a" },
        { "RESOURCE_CODE", "schema.resource", e => e.Schema.Resource = "Dog" },
        { "SCHEMA_VERSION_RANGE", "schema.version", e => e.Schema.Version = 0 },
        { "SCHEMA_KEY", "schema.key", e => e.Schema.Key.Clear() },
        { "SCHEMA_KEY", "schema.key[0]", e => e.Schema.Key[0] = "nothing" },
        { "SCHEMA_KEY", "schema.key[0]", e => e.Schema.Key[0] = "fee" },
        { "SCHEMA_KEY", "schema.key[1]", e => e.Schema.Key.Add("dog_no") },
        { "SCHEMA_ROLE", "schema.roles[1].role", e => e.Schema.Roles[1].Role = "keeper" },
        { "SCHEMA_ROLE_ITEM", "schema.roles[0].item", e => e.Schema.Roles[0].Item = "nothing" },
        { "SCHEMA_ROLE_ITEM", "schema.roles[0].item", e => e.Schema.Roles[0].Item = "dog_no" },
        { "SCHEMA_ROLE_ITEM", "schema.roles[1].item", e => e.Schema.Roles[1].Item = "helpers[].id_type" },
        { "SCHEMA_ROLE_ITEM", "schema.roles[1].item", e => e.Schema.Roles[1].Item = "helpers.id_no" },
        { "SCHEMA_ROLE_ITEM", "schema.roles[0].item", e => e.Items[1].Identifier = "person_name" },
    };

    [Theory]
    [MemberData(nameof(Faults), DisableDiscoveryEnumeration = true)]
    public void ReadAll_BrokenRule_NamesCodeAndField(string code, string field, Action<DirectoryEntry> change)
    {
        var entry = Samples.Executable();
        change(entry);
        var fault = Assert.Throws<FaultException>(() => EntryReader.ReadAll([Samples.Describing(), entry]));
        Assert.Equal((FaultKind.Malformed, code, $"entries[1].{field}"), (fault.Kind, fault.Code, fault.Field));
    }

    [Fact]
    public void ReadAll_LawfulEntries_KeepsEverything()
    {
        var read = EntryReader.ReadAll([Samples.Executable()])[0];
        Assert.Equal("dog_licence", read.Schema!.Resource);
        Assert.Equal("helpers[].id_no", read.Schema.Roles[1].Item);
        Assert.Equal(("holder", "id_type"), (read.Items[3].Items[1].Identifier, read.Items[3].Items[1].IdTypeItem));
        Assert.Equal(new DateOnly(2026, 1, 5), read.IssuedOn);
        Assert.True(EntryJson.AreEqual(read, EntryJson.Read(EntryJson.Write(read))));
    }

    [Theory]
    [InlineData("101001/1")]
    [InlineData("1050010001/000012")]
    [InlineData("201003/15")]
    [InlineData("307023001/000001")]
    [InlineData("3070150500303005/000003")]
    [InlineData("104002/7")]
    public void IsCode_CodesOfTheGuideline_AreCodes(string code) => Assert.True(EntryReader.IsCode(code));

    [Fact]
    public void ReadAll_DescribingEntry_MayUseTheGuidelinesTypesAndLongNames()
    {
        var entry = Samples.Describing();
        entry.Items.Add(Samples.Item(new string('a', 64), "货币", "Y"));
        Assert.Equal("Y", EntryReader.ReadAll([entry])[0].Items[1].Type);
    }

    [Fact]
    public void ReadAll_TooManyOrNone_Refused()
    {
        Assert.Equal("ENTRIES_COUNT", Assert.Throws<FaultException>(() => EntryReader.ReadAll([])).Code);
        var many = Enumerable.Range(1, 501).Select(i => Samples.Describing($"101001/{i}")).ToList();
        Assert.Equal("ENTRIES_COUNT", Assert.Throws<FaultException>(() => EntryReader.ReadAll(many)).Code);
    }

    [Fact]
    public void ReadAll_SameCodeOrResourceTwice_Refused()
    {
        var code = Assert.Throws<FaultException>(() => EntryReader.ReadAll([Samples.Describing(), Samples.Describing()]));
        Assert.Equal(("ENTRY_CODE_REPEATED", "entries[1].code"), (code.Code, code.Field));
        var resource = Assert.Throws<FaultException>(() => EntryReader.ReadAll([Samples.Executable("101001/1"), Samples.Executable("101001/2")]));
        Assert.Equal(("RESOURCE_REPEATED", "entries[1].schema.resource"), (resource.Code, resource.Field));
    }
}
