using System.Text;
using DataHub.Catalog.Import;
using DataHub.Kernel.Faults;
using DataHub.V1;

namespace DataHub.Catalog.Tests.Import;

public sealed class GuidelineCsvTests
{
    private const string Row =
        "101001/1,\"a,\"\"b\"\"\",基础,人口,,x/y,局,11330382MB99002595,摘要,数据库,姓名|name|C|50|Y|L3;数|n|N|10.2|N|L1,有条件共享,条件,接口,否,实时,2026-01-05,101001/2; 101001/3";

    private static string Header => string.Join(',', GuidelineCsv.Columns);

    [Fact]
    public void Read_Corpus_IsComplete()
    {
        var corpus = Samples.Corpus();
        Assert.Equal((1212, 8403), (corpus.Count, corpus.Sum(entry => entry.Items.Count)));
        Assert.Equal((765, 433, 14), (Count(ShareType.Unconditional), Count(ShareType.Conditional), Count(ShareType.NotShared)));
        Assert.Equal(596, corpus.Count(entry => entry.OpenToPublic));
        Assert.Equal(36, corpus.Count(entry => entry.UpdateCycle == UpdateCycle.RealTime));
        Assert.Equal(300, corpus.Count(entry => entry.RelatedCodes.Count > 0));
        Assert.All(corpus, entry => Assert.Null(entry.Schema));

        int Count(ShareType type) => corpus.Count(entry => entry.ShareType == type);
    }

    [Theory]
    [InlineData("\r\n", false)]
    [InlineData("\n", true)]
    public void Read_Row_MapsEveryColumn(string newLine, bool byteOrderMark)
    {
        var entry = Assert.Single(Read((byteOrderMark ? "\ufeff" : "") + Header + newLine + Row + newLine));
        Assert.Equal(("101001/1", "a,\"b\"", "局", "基础/人口/x/y"), (entry.Code, entry.Title, entry.PublisherName, entry.Category));
        Assert.Equal((ShareType.Conditional, "条件", "接口", false, UpdateCycle.RealTime), (entry.ShareType, entry.ShareCondition, entry.ShareMethod, entry.OpenToPublic, entry.UpdateCycle));
        Assert.Equal(["101001/2", "101001/3"], entry.RelatedCodes);
        Assert.Equal(new InformationItem { Title = "姓名", Name = "name", Type = "C", Length = "50", Required = true, Sensitivity = 3 }, entry.Items[0]);
        Assert.Equal(("n", "10.2", false, 1), (entry.Items[1].Name, entry.Items[1].Length, entry.Items[1].Required, entry.Items[1].Sensitivity));
    }

    [Theory]
    [InlineData("有条件共享", "部分共享", "line 3, column sharing_attribute")]
    [InlineData("否", "no", "line 3, column open_attribute")]
    [InlineData("实时", "随时", "line 3, column update_cycle")]
    [InlineData("|Y|L3", "|Y|L5", "line 3, column items")]
    [InlineData("|Y|L3", "|L3", "line 3, column items")]
    [InlineData(",摘要,", ",", "line 3")]
    [InlineData("\"a,\"\"b\"\"\"", "\"a", "line 3")]
    public void Read_BadValue_NamesLineAndColumn(string from, string to, string field)
    {
        var fault = Assert.Throws<FaultException>(() => Read($"{Header}\r\n{Row}\r\n{Row.Replace(from, to, StringComparison.Ordinal)}\r\n"));
        Assert.Equal(("GUIDELINE_CSV", field), (fault.Code, fault.Field));
    }

    [Fact]
    public void Read_MissingColumn_Refused()
    {
        var fault = Assert.Throws<FaultException>(() => Read("code,name\r\n1,2\r\n"));
        Assert.Equal("header", fault.Field);
        Assert.Equal("header", Assert.Throws<FaultException>(() => Read("")).Field);
    }

    [Fact]
    public void Read_NotUtf8_Refused()
    {
        using var stream = new MemoryStream([.. Encoding.UTF8.GetBytes(Header), 0x0D, 0x0A, 0xC7, 0xE5]);
        Assert.Equal("file", Assert.Throws<FaultException>(() => GuidelineCsv.Read(stream)).Field);
    }

    private static IReadOnlyList<DirectoryEntry> Read(string text)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return GuidelineCsv.Read(stream);
    }
}
