using DataHub.Kernel.Text;
using FsCheck;
using FsCheck.Fluent;

namespace DataHub.Kernel.Tests.Text;

public sealed class ComparableTests
{
    [Theory]
    [InlineData("买买提·阿里", "买买提•阿里")]
    [InlineData("买买提·阿里", "买买提・阿里")]
    [InlineData("买买提·阿里", "买买提‧阿里")]
    [InlineData("买买提·阿里", "买买提･阿里")]
    [InlineData("买买提·阿里", "买买提﹒阿里")]
    [InlineData("买买提·阿里", "买买提．阿里")]
    [InlineData("买买提·阿里", "买买提 · 阿里")]
    [InlineData("示例（中国）有限公司", "示例(中国)有限公司")]
    [InlineData("示例 有限\u3000公司", "示例有限公司")]
    [InlineData("John Smith", "ＪＯＨＮ\u00A0smith")]
    [InlineData("葛\uDB40\uDD00", "葛")]
    [InlineData("张\u200B三", "张三")]
    [InlineData("e \u0301", "É")]
    public void Form_WaysToWriteTheSame_AreEqual(string one, string other) => Assert.Equal(Comparable.Form(one), Comparable.Form(other));

    [Theory]
    [InlineData("张三", "张叁")]
    [InlineData("3.5", "3·5")]
    [InlineData("1-2", "12")]
    [InlineData("𠮷野", "吉野")]
    public void Form_DifferentTexts_StayDifferent(string one, string other) => Assert.NotEqual(Comparable.Form(one), Comparable.Form(other));

    [Fact]
    public void Form_AnyText_IsIdempotent() =>
        Prop.ForAll(Texts, text => Comparable.Form(Comparable.Form(text)) == Comparable.Form(text)).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Theory]
    [InlineData("张三丰")]
    [InlineData("买买提·阿里")]
    [InlineData("11010519491231002X")]
    public void Form_TextAlreadyInThisForm_IsTheSameInstance(string text) => Assert.Same(text, Comparable.Form(text));

    private static Arbitrary<string> Texts => Gen.Elements("张三·•．.ａAzé \u3000\u0301\u0345ﬃﾊﾞ(（㎏ß\u1100\u1161".ToCharArray()).ArrayOf().Select(c => new string(c)).ToArbitrary();
}
