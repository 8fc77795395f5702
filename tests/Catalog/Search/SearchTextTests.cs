using DataHub.Catalog.Search;
using FsCheck;
using FsCheck.Fluent;

namespace DataHub.Catalog.Tests.Search;

public sealed class SearchTextTests
{
    [Theory]
    [InlineData("企业注册", "企业@0 业注@1 注册@2")]
    [InlineData("水", "水@0")]
    [InlineData("LED路灯", "led@0 路灯@1")]
    [InlineData("ＩＳＯ９００１认证", "iso9001@0 认证@1")]
    [InlineData("企业GIS数据", "企业@0 gis@2 数据@3")]
    [InlineData("household_relation", "household@0 relation@1")]
    [InlineData("机动车（驾驶证）", "机动@0 动车@1 驾驶@3 驶证@4")]
    [InlineData("𠮷野家", "𠮷野@0 野家@1")]
    [InlineData(" !&|:* ", "")]
    public void Pairs_Text_CutsHanInPairsAndLatinInWords(string text, string expected) =>
        Assert.Equal(expected, string.Join(' ', SearchText.Pairs(text).Select(lexeme => $"{lexeme.Text}@{lexeme.Place}")));

    [Theory]
    [InlineData("古树a", "古@0 树@1")]
    [InlineData("水", "")]
    public void Singles_Text_AddsEachHanOfLongerRuns(string text, string expected) =>
        Assert.Equal(expected, string.Join(' ', SearchText.Singles(text).Select(lexeme => $"{lexeme.Text}@{lexeme.Place}")));

    [Fact]
    public void Compact_Text_KeepsLettersAndDigits() => Assert.Equal("led路灯12", SearchText.Compact("ＬＥＤ 路灯（１２）_'\\"));

    [Fact]
    public void Pairs_AnyText_HoldLettersAndDigitsOnly() => Prop.ForAll((NonNull<string> text) =>
        SearchText.Pairs(text.Get).TrueForAll(lexeme => lexeme.Text.Length > 0 && lexeme.Text.EnumerateRunes().All(System.Text.Rune.IsLetterOrDigit)))
        .QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("清河市市场监督管理局", "市场监督管理局")]
    [InlineData("国家税务总局清河市税务局", "税务局")]
    [InlineData("市场监督管理局", "市场监督管理局")]
    public void WithoutPlace_Name_DropsWhereItIs(string name, string expected) => Assert.Equal(expected, OfficeNames.WithoutPlace(name));

    [Theory]
    [InlineData("市监局", "市%监%局%")]
    [InlineData("局", null)]
    [InlineData("a%b", null)]
    [InlineData("企业gis", null)]
    [InlineData("人力资源和社会", null)]
    public void PatternOf_Word_OnlyShortHan(string word, string? expected) => Assert.Equal(expected, OfficeNames.PatternOf(word));
}
