using DataHub.Kernel.Text;
using FsCheck;
using FsCheck.Fluent;

namespace DataHub.Kernel.Tests.Text;

public sealed class PersonNameTests
{
    [Theory]
    [InlineData("张三丰")]
    [InlineData("买买提·阿里")]
    [InlineData("𠮷野家")]
    [InlineData("〇一")]
    [InlineData("John Smith")]
    [InlineData("José O'Brien-Smith")]
    [InlineData("J. Smith Jr.")]
    [InlineData("王")]
    public void Check_Name_IsValid(string name) => Assert.True(PersonName.Check(name).IsValid, PersonName.Check(name).Rule);

    [Theory]
    [InlineData(null, "null_or_empty")]
    [InlineData("", "null_or_empty")]
    [InlineData("张三1", "charset")]
    [InlineData("张三１", "charset")]
    [InlineData("张\n三", "charset")]
    [InlineData("张\uD842", "charset")]
    [InlineData("张\uE000", "charset")]
    [InlineData("张*", "charset")]
    [InlineData("买买提•阿里", "charset")]
    [InlineData(" 张三", "pattern")]
    [InlineData("张三·", "pattern")]
    [InlineData("买买提··阿里", "pattern")]
    public void Check_NotAName_NamesTheRule(string? name, string rule) => Assert.Equal((false, rule), (PersonName.Check(name).IsValid, PersonName.Check(name).Rule));

    [Theory]
    [InlineData(50, true)]
    [InlineData(51, false)]
    public void Check_Length_CountsCharactersNotCodeUnits(int count, bool valid) =>
        Assert.Equal(valid, PersonName.Check(string.Concat(Enumerable.Repeat("𠮷", count))).IsValid);

    [Theory]
    [InlineData(" 买买提•阿里\u3000", "买买提·阿里")]
    [InlineData("\uF9D1", "\uF9D1")]
    [InlineData(null, null)]
    public void Normalize_Name_KeepsItsIdeographs(string? raw, string? name) => Assert.Equal(name, PersonName.Normalize(raw));

    [Fact]
    public void Check_AnyText_Answers() =>
        Prop.ForAll(ArbMap.Default.ArbFor<string?>(), text => PersonName.Check(text).Rule.Length > 0).QuickCheckThrowOnFailure();
}
