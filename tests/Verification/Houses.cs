using DataHub.Kernel.Faults;
using DataHub.Kernel.Resources;
using DataHub.V1;
using DataHub.Verification.Claims;

namespace DataHub.Verification.Tests;

/// <summary>A small resource with an item of every type, and claims on it.</summary>
internal static class Houses
{
    public static ResourceSchema Schema { get; } = new()
    {
        Resource = "house",
        Version = 1,
        Title = "房屋信息",
        Publisher = "11330382MB990046XF",
        UpdateCycle = UpdateCycle.Daily,
        Key = ["certificate_no"],
        Roles = [new SubjectRole("owner", "owners[].id_no"), new SubjectRole("keeper", "keeper_id")],
        Items =
        [
            Item("certificate_no", ItemType.Text, identifier: "real_property_cert_no"),
            Item("keeper_id", ItemType.Text, identifier: "resident_id"),
            Item("org_code", ItemType.Text, identifier: "org_code"),
            Item("address", ItemType.Text),
            Item("rooms", ItemType.WholeNumber),
            Item("area", ItemType.Number),
            Item("built_on", ItemType.Date),
            Item("month", ItemType.Month),
            Item("registered_at", ItemType.Instant),
            Item("sealed", ItemType.Boolean),
            new InformationItem
            {
                Name = "owners",
                Title = "权利人",
                Type = ItemType.List,
                Items = [Item("name", ItemType.Text, identifier: "person_name"), Item("id_no", ItemType.Text, identifier: "holder"), Item("share", ItemType.Text)],
            },
        ],
    };

    public static Claim Claim(string field, Operator op = Operator.Equal, string value = "", string role = "owner", string id = "c1") =>
        new() { ClaimId = id, Resource = "house", Role = role, Field = field, Operator = op, Value = value };

    public static ParsedClaim Parse(Claim claim) => ParsedClaim.Of(claim, Schema, "claims[2]");

    public static InformationItem ItemOf(string name) =>
        Schema.Items.FirstOrDefault(item => item.Name == name) ?? Schema.Items[^1].Items.Single(item => item.Name == name);

    /// <summary>A record of the owner at a place in the list.</summary>
    public static SubjectRecord Record(int? element, long sequence, params (string Path, string Value)[] fields) =>
        new(sequence, element, fields.ToDictionary(field => field.Path, field => field.Value));

    public static FaultException Refused(string code, Action act)
    {
        var fault = Assert.Throws<FaultException>(act);
        Assert.Equal(code, fault.Code);
        return fault;
    }

    private static InformationItem Item(string name, ItemType type, string? identifier = null) => new() { Name = name, Title = name, Type = type, Identifier = identifier };
}
