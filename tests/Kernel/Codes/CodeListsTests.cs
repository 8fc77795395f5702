using DataHub.Kernel.Codes;

namespace DataHub.Kernel.Tests.Codes;

public sealed class CodeListsTests
{
    [Theory]
    [InlineData("gender", "9", "未说明的性别")]
    [InlineData("ethnic_group", "56", "基诺族")]
    [InlineData("marital_status", "23", "复婚")]
    [InlineData("education", "28", "大学普通班毕业")]
    [InlineData("household_relation", "02", "户主")]
    [InlineData("person_status", "30", "死亡")]
    [InlineData("insurance_type", "110", "企业职工基本养老保险")]
    [InlineData("participation_status", "4", "终止参保")]
    [InlineData("payment_status", "1", "参保缴费")]
    [InlineData("certificate_type", "2", "不动产登记证明")]
    [InlineData("registration_type", "200", "转移登记")]
    [InlineData("right_type", "22", "采矿权")]
    [InlineData("right_nature", "102", "出让")]
    [InlineData("ownership_mode", "2", "按份共有")]
    [InlineData("right_status", "1", "现势")]
    [InlineData("building_use", "111", "别墅")]
    [InlineData("building_structure", "3", "钢筋混凝土结构")]
    [InlineData("reg_authority", "A", "中央军委改革和编制办公室")]
    [InlineData("reg_status", "1", "存续")]
    [InlineData("holder_code_type", "111", "公民身份号码")]
    [InlineData("nationality", "CHN", "中国")]
    public void Title_CodeOfAList_IsItsChineseTitle(string list, string code, string title)
    {
        Assert.True(CodeLists.Find(list)!.Contains(code));
        Assert.Equal(title, CodeLists.Find(list)!.Title(code));
    }

    [Theory]
    [InlineData("gender", "3")]
    [InlineData("gender", null)]
    [InlineData("gender", " 1")]
    [InlineData("ethnic_group", "57")]
    [InlineData("ethnic_group", "1")]
    [InlineData("marital_status", "24")]
    [InlineData("education", "72")]
    [InlineData("participation_status", "3")]
    [InlineData("nationality", "XXX")]
    public void Contains_CodeOutsideTheList_IsFalse(string list, string? code)
    {
        Assert.False(CodeLists.Find(list)!.Contains(code));
        Assert.Null(CodeLists.Find(list)!.Title(code));
    }

    [Fact]
    public void All_Lists_NameTheirStandardAndHaveTitledCodes() => Assert.All(CodeLists.All, list =>
    {
        Assert.NotEmpty(list.Standard);
        Assert.NotEmpty(list.Codes);
        Assert.All(list.Codes, code => Assert.False(string.IsNullOrWhiteSpace(list.Title(code))));
    });

    [Fact]
    public void Find_UnknownList_IsNull() => Assert.Null(CodeLists.Find("colour"));
}
