using DataHub.Verification.Claims;

namespace DataHub.Verification.Tests.Claims;

public sealed class ComparisonTests
{
    [Theory]
    [InlineData("name", "买买提·阿里", "买买提•阿里")]
    [InlineData("name", "买买提·阿里", "买买提．阿里")]
    [InlineData("name", "买买提·阿里", "买买提 ・ 阿里")]
    [InlineData("name", "John Smith", "ＪＯＨＮ　ＳＭＩＴＨ")]
    [InlineData("address", "梅花路1号(东)", "梅花路 １号（东）")]
    [InlineData("keeper_id", "11010519491231002X", "１１０１０５１９４９１２３１００２ｘ")]
    [InlineData("keeper_id", "11010519491231002X", "110105 19491231 002x")]
    [InlineData("keeper_id", "11010519491231002X", "110105491231002")]
    [InlineData("id_no", "11010519491231002X", "110105491231002")]
    [InlineData("org_code", "799655058", "79965505-8")]
    [InlineData("certificate_no", "浙(2017)乐清市不动产权第0001234号", "浙（2017）乐清市不动产权第0001234号")]
    [InlineData("certificate_no", "浙(2017)乐清市不动产权第0001234号", "浙〔2017〕乐清市不动产权第 0001234 号")]
    [InlineData("area", "12", "12.0")]
    [InlineData("area", "-0.50", "-0.5")]
    [InlineData("rooms", "3", "03")]
    [InlineData("built_on", "2001-01-01", "2001-01-01")]
    [InlineData("registered_at", "2017-03-01T02:00:00Z", "2017-03-01T10:00:00+08:00")]
    [InlineData("registered_at", "2017-03-01T02:00:00.5Z", "2017-03-01T02:00:00.500Z")]
    public void AreEqual_SameThingWrittenOtherwise_IsEqual(string item, string held, string claimed) =>
        Assert.True(Comparison.AreEqual(Houses.ItemOf(item), held, claimed));

    [Theory]
    [InlineData("name", "张三丰", "张三")]
    [InlineData("name", "张三丰", "张三豐")]
    [InlineData("keeper_id", "11010519491231002X", "110105491231003")]
    [InlineData("area", "12", "12.01")]
    [InlineData("built_on", "2001-01-01", "2001-01-02")]
    [InlineData("sealed", "true", "false")]
    [InlineData("registered_at", "2017-03-01T02:00:00Z", "2017-03-01T02:00:00+08:00")]
    public void AreEqual_AnotherThing_IsNot(string item, string held, string claimed) =>
        Assert.False(Comparison.AreEqual(Houses.ItemOf(item), held, claimed));

    [Theory]
    [InlineData("area", "100", "99.9", true)]
    [InlineData("area", "100", "100.00", true)]
    [InlineData("area", "9", "10", false)]
    [InlineData("rooms", "10", "9", true)]
    [InlineData("built_on", "2001-10-01", "2001-09-30", true)]
    [InlineData("built_on", "2001-09-30", "2001-10-01", false)]
    [InlineData("month", "200110", "200110", true)]
    [InlineData("month", "200109", "200110", false)]
    public void IsAtLeast_OrderedTypes_CompareByValue(string item, string held, string claimed, bool expected) =>
        Assert.Equal(expected, Comparison.IsAtLeast(Houses.ItemOf(item), held, claimed));
}
