using System.Text;
using DataHub.FrontEnd.Pushing;
using DataHub.FrontEnd.Tests.Support;
using DataHub.V1;

namespace DataHub.FrontEnd.Tests.Pushing;

public sealed class RejectedFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Write_Rejections_StandBesideTheFileOneLineAReason()
    {
        var original = _folder.Write("persons.csv", "full_name\n");
        var reasons = new[] { new Reason { Field = "gender", Rule = "code_list", MessageZh = "不在代码表内", MessageEn = "not in the code list, sorry" }, new Reason { Rule = "check" } };

        var path = await RejectedFile.WriteAsync(original, [new RejectedLine(7, "r5", reasons)], Token);

        Assert.Equal(original + ".rejected.csv", path);
        var bytes = await File.ReadAllBytesAsync(path!, Token);
        Assert.Equal([0xEF, 0xBB, 0xBF], bytes[..3]);
        Assert.Equal(
            "line,source_record_id,field,rule,reason_zh,reason_en\r\n7,r5,gender,code_list,不在代码表内,\"not in the code list, sorry\"\r\n7,r5,,check,,\r\n",
            Encoding.UTF8.GetString(bytes[3..]));
        Assert.Equal(File.GetUnixFileMode(original), File.GetUnixFileMode(path!));
        Assert.Equal(["persons.csv", "persons.csv.rejected.csv"], _folder.Names());
    }

    [Theory]
    [InlineData("=1+1")]
    [InlineData("+1")]
    [InlineData("-1")]
    [InlineData("@SUM")]
    [InlineData("\tx")]
    [InlineData("\rx")]
    [InlineData("＝1")]
    [InlineData("＋1")]
    [InlineData("－1")]
    [InlineData("＠x")]
    [InlineData(" =1")]
    [InlineData("\ufeff=1")]
    public async Task Write_CellThatIsAFormula_GetsAnApostrophe(string id)
    {
        var original = _folder.Write("persons.csv", "");

        var path = await RejectedFile.WriteAsync(original, [new RejectedLine(2, id, [new Reason { Rule = "check" }])], Token);

        Assert.Contains("'" + id, await File.ReadAllTextAsync(path!, Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_OrdinaryCells_StayAsTheyAre()
    {
        var original = _folder.Write("persons.csv", "");

        var path = await RejectedFile.WriteAsync(original, [new RejectedLine(2, "a=b-c", [new Reason { Rule = "check" }])], Token);

        Assert.Contains("2,a=b-c,,check", await File.ReadAllTextAsync(path!, Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_NothingRejected_RemovesAnEarlierFile()
    {
        var original = _folder.Write("persons.csv", "");
        _folder.Write("persons.csv.rejected.csv", "old");

        Assert.Null(await RejectedFile.WriteAsync(original, [], Token));
        Assert.Equal(["persons.csv"], _folder.Names());
    }

    [Fact]
    public async Task Write_Cancelled_LeavesTheEarlierFile()
    {
        var original = _folder.Write("persons.csv", "");
        _folder.Write("persons.csv.rejected.csv", "old");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            RejectedFile.WriteAsync(original, [new RejectedLine(2, "r", [new Reason()])], new CancellationToken(canceled: true)));

        Assert.Equal("old", await File.ReadAllTextAsync(original + ".rejected.csv", Token));
        Assert.Equal(["persons.csv", "persons.csv.rejected.csv"], _folder.Names());
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;
}
