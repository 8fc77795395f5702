using DataHub.Kernel.Identifiers;

namespace DataHub.Kernel.Tests.Identifiers;

public sealed class DivisionsTests
{
    [Fact]
    public void All_Divisions_AreThoseOfTheLists()
    {
        Assert.Equal(7128, Divisions.All.Count);
        Assert.Equal(3225, Divisions.All.Count(d => d.Status != DivisionStatus.Historical));
        Assert.Equal(34, Divisions.All.Count(d => d is { Level: DivisionLevel.Province, Status: DivisionStatus.Current }));
        Assert.All(Divisions.All, d => Assert.NotEmpty(d.Name));
    }

    [Theory]
    [InlineData("330382", true)]
    [InlineData("110228", false)]
    [InlineData("110100", false)]
    [InlineData("33038", false)]
    public void IsCurrent_Code_OnlyWhenAnAuthorityStandsBehindIt(string code, bool current) => Assert.Equal(current, Divisions.IsCurrent(code));

    [Theory]
    [InlineData("330382", "浙江省温州市乐清市")]
    [InlineData("110105", "北京市朝阳区")]
    [InlineData("469001", "海南省五指山市")]
    [InlineData("330000", "浙江省")]
    [InlineData("170000", "")]
    public void FullName_Code_JoinsTheNames(string code, string name) => Assert.Equal(name, Divisions.FullName(code));

    [Fact]
    public void Contains_Null_IsFalse() => Assert.False(Divisions.Contains(null));

    [Theory]
    [InlineData("CHN", "中国")]
    [InlineData("XXX", null)]
    [InlineData("chn", null)]
    public void Name_Alpha3_IsTheChineseName(string code, string? name)
    {
        Assert.Equal(name, Countries.Name(code));
        Assert.Equal(name is not null, Countries.ContainsAlpha3(code));
    }

    [Theory]
    [InlineData("152201009009GB00054F03031101", "152201 009009 GB00054 F03031101")]
    public void Display_UnitCode_IsInGroups(string code, string display)
    {
        Assert.Equal(display, RealPropertyUnit.Display(code));
        Assert.Equal(code, RealPropertyUnit.Normalize(display));
    }
}
