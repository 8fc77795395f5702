using DataHub.Catalog.Search;
using DataHub.Kernel.Faults;

namespace DataHub.Catalog.Tests.Search;

public sealed class SearchQueryTests
{
    [Fact]
    public void Parse_Words_ArePhrasesJoinedByAnd()
    {
        var query = SearchQuery.Parse("企业注册　LED路灯");
        var attempts = query.Attempts().ToList();
        Assert.Equal("('企业' <1> '业注' <1> '注册') & ('led' <1> '路灯')", attempts[0].Matching);
        Assert.Equal("'企业' | '业注' | '注册' | 'led' | '路灯'", attempts[1].Matching);
        Assert.Equal((5, 3), (attempts[1].Lexemes.Count, attempts[1].Least));
        Assert.Equal("'企' | '业' | '注' | '册' | '路' | '灯'", attempts[2].Matching);
        Assert.Equal((6, 5), (attempts[2].Lexemes.Count, attempts[2].Least));
        Assert.Equal("企业注册led路灯", query.Whole);
    }

    [Fact]
    public void Parse_LatinAtTheEnd_IsAPrefix() => Assert.Equal("('企业') & ('gi':*)", SearchQuery.Parse("企业 GI").Attempts().First().Matching);

    [Fact]
    public void AddOffice_Word_MayMeanEither()
    {
        var query = SearchQuery.Parse("市监局 处罚");
        query.AddOffice(0, Samples.Health);
        Assert.Equal($"('市监' <1> '监局' | '@{Samples.Health}') & ('处罚')", query.Attempts().First().Matching);
    }

    [Theory]
    [InlineData("307", "307", "308")]
    [InlineData("10100204/000003", "10100204/000003", "10100204/000004")]
    [InlineData("101001/", "101001/", "1010010")]
    [InlineData("12", null, null)]
    [InlineData("45678", null, null)]
    [InlineData("1234a", null, null)]
    public void Parse_Digits_MayBeginACode(string text, string? prefix, string? end)
    {
        var query = SearchQuery.Parse(text);
        Assert.Equal((prefix, end), (query.CodePrefix, query.CodeEnd));
    }

    [Theory]
    [InlineData("", "FIELD_REQUIRED")]
    [InlineData("　 ", "FIELD_REQUIRED")]
    public void Parse_Nothing_Refused(string text, string code) => Assert.Equal(code, Assert.Throws<FaultException>(() => SearchQuery.Parse(text)).Code);

    [Fact]
    public void Parse_TenThousandCharacters_Refused()
    {
        var fault = Assert.Throws<FaultException>(() => SearchQuery.Parse(new string('水', 10_000)));
        Assert.Equal((FaultKind.Malformed, "FIELD_TOO_LONG", "query"), (fault.Kind, fault.Code, fault.Field));
    }
}
