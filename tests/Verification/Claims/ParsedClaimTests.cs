using DataHub.V1;

namespace DataHub.Verification.Tests.Claims;

public sealed class ParsedClaimTests
{
    public static TheoryData<string, string, Claim> Refusals => new()
    {
        { "FIELD_REQUIRED", "claims[2].claim_id", Houses.Claim("area", value: "1", id: " ") },
        { "FIELD_TOO_LONG", "claims[2].claim_id", Houses.Claim("area", value: "1", id: new string('c', 41)) },
        { "CLAIM_ROLE", "claims[2].role", Houses.Claim("area", value: "1", role: "tenant") },
        { "CLAIM_FIELD", "claims[2].field", Houses.Claim("price", value: "1") },
        { "CLAIM_FIELD", "claims[2].field", Houses.Claim("", value: "1") },
        { "CLAIM_FIELD", "claims[2].field", Houses.Claim("owners", Operator.Exists) },
        { "CLAIM_FIELD", "claims[2].field", Houses.Claim("owners[].price", value: "1") },
        { "CLAIM_FIELD", "claims[2].field", Houses.Claim("owners[0].name", value: "张三") },
        { "CLAIM_FIELD", "claims[2].field", Houses.Claim("owners[].name", value: "张三", role: "keeper") },
        { "FIELD_REQUIRED", "claims[2].value", Houses.Claim("area") },
        { "FIELD_TOO_LONG", "claims[2].value", Houses.Claim("address", value: new string('路', 1_001)) },
        { "FIELD_CHARSET", "claims[2].value", Houses.Claim("address", value: "a\0b") },
        { "CLAIM_OPERATOR", "claims[2].operator", Houses.Claim("area", Operator.Unspecified, "1") },
        { "CLAIM_OPERATOR", "claims[2].operator", Houses.Claim("area", (Operator)99, "1") },
        { "CLAIM_OPERATOR", "claims[2].operator", Houses.Claim("address", Operator.AtLeast, "1") },
        { "CLAIM_OPERATOR", "claims[2].operator", Houses.Claim("sealed", Operator.AtLeast, "true") },
        { "CLAIM_VALUE", "claims[2].value", Houses.Claim("area", value: "1,000") },
        { "CLAIM_VALUE", "claims[2].value", Houses.Claim("rooms", Operator.AtLeast, "two") },
        { "CLAIM_VALUE", "claims[2].value", Houses.Claim("built_on", value: "2023-02-30") },
        { "CLAIM_VALUE", "claims[2].value", Houses.Claim("month", value: "202313") },
        { "CLAIM_VALUE", "claims[2].value", Houses.Claim("registered_at", value: "03/04/2017") },
        { "CLAIM_VALUE", "claims[2].value", Houses.Claim("sealed", value: "yes") },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void Of_ClaimThatDoesNotFit_NamesTheField(string code, string field, Claim claim) =>
        Assert.Equal(field, Houses.Refused(code, () => Houses.Parse(claim)).Field);

    [Theory]
    [InlineData("area", Operator.AtLeast, "60")]
    [InlineData("built_on", Operator.AtLeast, "2001-01-01")]
    [InlineData("month", Operator.AtLeast, "200101")]
    [InlineData("rooms", Operator.Equal, "-3")]
    [InlineData("sealed", Operator.Equal, "false")]
    [InlineData("registered_at", Operator.Equal, "2017-03-01T10:00:00+08:00")]
    [InlineData("owners[].share", Operator.Equal, "1/2")]
    [InlineData("address", Operator.Exists, "")]
    public void Of_ClaimThatFits_IsTaken(string field, Operator op, string value)
    {
        var claim = Houses.Parse(Houses.Claim(field, op, value));
        Assert.Equal((op, value), (claim.Operator, claim.Value));
        Assert.EndsWith(claim.Item!.Name, field, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_BareExistence_AsksForNoItem() => Assert.Null(Houses.Parse(Houses.Claim("", Operator.Exists)).Item);

    [Fact]
    public void PathIn_ItemOfAList_IsTheSubjectsOwnMember()
    {
        var claim = Houses.Parse(Houses.Claim("owners[].share", value: "1/2"));
        Assert.Equal("owners[1].share", claim.PathIn(Houses.Record(1, 1)));
    }
}
