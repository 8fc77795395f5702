using System.Globalization;
using DataHub.Kernel.Faults;
using DataHub.V1;

namespace DataHub.Catalog.Tests.Search;

public sealed class DirectorySearchTests(CorpusFixture corpus) : IClassFixture<CorpusFixture>
{
    private const double LeastMeanReciprocalRank = 0.9;

    private static readonly string[] Kinds = ["exact", "partial", "two_concepts", "field", "department", "code_prefix", "latin"];

    [Theory]
    [InlineData("不动产权证书信息", "10300406/000001")]
    [InlineData("led路灯", "3070160703/000004")]
    [InlineData("ＬＥＤ", "3070160703/000004")]
    [InlineData("household_relation", "10100103/000001")]
    [InlineData("市监局 行政处罚", "10401005/000002")]
    [InlineData("10100204/000003", "10100204/000003")]
    public async Task Search_Query_FindsTheEntryFirst(string query, string code) => Assert.Equal(code, (await corpus.SearchAsync(query)).Hits[0].Code);

    [Fact]
    public async Task Search_WholeTitle_StandsAboveLongerTitles()
    {
        var reply = await corpus.SearchAsync("婚姻登记信息");
        Assert.Equal("婚姻登记信息", reply.Hits[0].Title);
        Assert.True(reply.Hits[0].Score > 3);
    }

    [Fact]
    public async Task Search_SingleHan_FindsIt()
    {
        var reply = await corpus.SearchAsync("犬");
        Assert.NotEqual(0, reply.Total);
        Assert.Contains("犬", reply.Hits[0].Title, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_Hit_SaysWhatTheEntrySays()
    {
        var hit = (await corpus.SearchAsync("3070162601/000004")).Hits[0];
        Assert.Equal(("进口食品收货人备案信息", "中华人民共和国清河海关", ShareType.Unconditional, UpdateCycle.Quarterly, ""), (hit.Title, hit.PublisherName, hit.ShareType, hit.UpdateCycle, hit.Resource));
        Assert.StartsWith("提供进口食品", hit.Abstract, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_MoreThanAPage_CountsAll()
    {
        var reply = await corpus.SearchAsync("信息", pageSize: 7);
        Assert.Equal(7, reply.Hits.Count);
        Assert.True(reply.Total > 500);
        Assert.Equal(reply.Hits.OrderByDescending(hit => hit.Score).ThenBy(hit => hit.Code, StringComparer.Ordinal), reply.Hits);
    }

    [Fact]
    public async Task Search_OneWordWrong_FindsTheRest()
    {
        var reply = await corpus.SearchAsync("食品经营许可正");
        Assert.Contains(reply.Hits.Take(3), hit => hit.Code == "20400105/000001");
    }

    [Theory]
    [InlineData("危废转移", "3070161203/000002")]
    [InlineData("婚烟登记", "10100204/000003")]
    public async Task Search_ShortenedOrMistypedWord_FindsByCharacters(string query, string code) =>
        Assert.Contains((await corpus.SearchAsync(query)).Hits.Take(5), hit => hit.Code == code);

    [Theory]
    [InlineData("'")]
    [InlineData("!")]
    [InlineData(":*")]
    [InlineData("&|<->()")]
    [InlineData("\\")]
    [InlineData("%_%")]
    [InlineData("\ud800")]
    [InlineData("zzqq")]
    public async Task Search_OnlyOperatorsOrNothingKnown_FindsNothing(string query) => Assert.Equal(0, (await corpus.SearchAsync(query)).Total);

    [Theory]
    [InlineData("婚姻登记信息':*")]
    [InlineData("!婚姻登记信息")]
    [InlineData("婚姻登记信息 & |")]
    [InlineData("\"婚姻登记信息\"; drop table datahub.catalog_entry --")]
    [InlineData("婚姻登记信息\\'")]
    public async Task Search_OperatorsAroundWords_AreOnlyCharacters(string query) =>
        Assert.Contains((await corpus.SearchAsync(query)).Hits, hit => hit.Title == "婚姻登记信息");

    [Fact]
    public async Task Search_LongestQuery_IsAnswered()
    {
        var letters = string.Concat(Enumerable.Range(0, 200).Select(i => (char)('一' + i)));
        Assert.Empty((await corpus.SearchAsync(letters)).Hits);
        Assert.NotEmpty((await corpus.SearchAsync(string.Concat(Enumerable.Repeat("登记 ", 66)))).Hits);
    }

    [Fact]
    public async Task Search_TooLongOrPageTooLarge_Refused()
    {
        Assert.Equal("FIELD_TOO_LONG", (await Assert.ThrowsAsync<FaultException>(() => corpus.SearchAsync(new string('水', 10_000)))).Code);
        Assert.Equal("PAGE_SIZE", (await Assert.ThrowsAsync<FaultException>(() => corpus.SearchAsync("水", 101))).Code);
        Assert.Equal("PAGE_SIZE", (await Assert.ThrowsAsync<FaultException>(() => corpus.SearchAsync("水", -1))).Code);
    }

    [Fact]
    public async Task Search_DevelopmentQueries_RankTheWantedEntriesHigh()
    {
        var ranks = new List<(string Kind, string Query, double Reciprocal)>();
        foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Search", "queries-dev.csv")).Skip(1))
        {
            var cells = line.Split(',');
            var reply = await corpus.SearchAsync(cells[0], pageSize: 100);
            var wanted = cells[1].Split(';');
            var rank = reply.Hits.Select(hit => hit.Code).ToList().FindIndex(code => wanted.Contains(code));
            ranks.Add((cells[2], cells[0], rank < 0 ? 0 : 1.0 / (rank + 1)));
        }

        Report(ranks);
        Assert.Equal(120, ranks.Count);
        var mean = ranks.Where(rank => Kinds.Contains(rank.Kind)).Average(rank => rank.Reciprocal);
        Assert.True(mean >= LeastMeanReciprocalRank, string.Create(CultureInfo.InvariantCulture, $"Mean reciprocal rank {mean:F3}"));
    }

    private static void Report(List<(string Kind, string Query, double Reciprocal)> ranks)
    {
        var output = TestContext.Current.TestOutputHelper;
        foreach (var kind in ranks.GroupBy(rank => rank.Kind))
        {
            var low = string.Join(", ", kind.Where(rank => rank.Reciprocal < 0.5).Select(rank => string.Create(CultureInfo.InvariantCulture, $"{rank.Query} {rank.Reciprocal:F2}")));
            output?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kind.Key} {kind.Count()}: {kind.Average(rank => rank.Reciprocal):F3}; below one half: {low}"));
        }
    }
}
