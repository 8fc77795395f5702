using DataHub.Catalog.Registration;
using DataHub.V1;

namespace DataHub.Catalog.Tests.Registration;

public sealed class SchemaChangeTests
{
    public static TheoryData<string, bool, Action<DirectoryEntry>> Revisions => new()
    {
        { "nothing", true, _ => { } },
        { "title", true, e => e.Items[0].Title = "犬牌" },
        { "new item", true, e => e.Items.Add(Samples.Item("colour", "毛色")) },
        { "length", true, e => e.Items[1].Length = "20" },
        { "optional item gone", true, e => e.Items.RemoveAt(2) },
        { "order of roles", true, e => Swap(e.Schema) },
        { "type", false, e => (e.Items[2].Type, e.Items[2].Length) = ("C", "") },
        { "type of a member", false, e => { e.Items[3].Items[0].Type = "I"; e.Items[3].Items[0].CodeList = ""; } },
        { "required item gone", false, e => { e.Items.RemoveAt(1); e.Schema.Roles.RemoveAt(0); } },
        { "key", false, e => e.Schema.Key.Add("keeper_id") },
        { "role gone", false, e => { e.Items[3].Items[1].Person = ""; e.Schema.Roles.RemoveAt(1); } },
        { "role by another item", false, e => { e.Items.Add(e.Items[1].Clone()); e.Items[^1].Name = "keeper_no"; e.Schema.Roles[0].Item = "keeper_no"; } },
    };

    [Theory]
    [MemberData(nameof(Revisions), DisableDiscoveryEnumeration = true)]
    public void IsCompatible_Revision_TellsWhetherOldKnowledgeHolds(string what, bool expected, Action<DirectoryEntry> change)
    {
        var next = Samples.Executable();
        change(next);
        Assert.True(SchemaChange.IsCompatible(EntryReader.ReadAll([Samples.Executable()])[0], EntryReader.ReadAll([next])[0]) == expected, what);
    }

    private static void Swap(ResourceSchema schema)
    {
        var first = schema.Roles[0];
        schema.Roles.RemoveAt(0);
        schema.Roles.Add(first);
    }
}
