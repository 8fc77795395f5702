using System.Globalization;
using DataHub.Kernel.Text;
using FsCheck;
using FsCheck.Fluent;

namespace DataHub.Kernel.Tests.Text;

public sealed class NfkcTests
{
    [Fact]
    public void Of_CasesOfTheUnicodeConsortium_GiveFormKc() => Assert.All(Cases(), columns =>
        Assert.All(columns, source => Assert.Equal(columns[3], Nfkc.Of(source))));

    [Theory]
    [InlineData("３３Ⅹ（㎏）", "33X(kg)")]
    [InlineData("e\u0301", "é")]
    [InlineData("\uF9D1", "六")]
    [InlineData("\u1112\u1161\u11AB", "한")]
    [InlineData("\uD842", "\uD842")]
    [InlineData("", "")]
    public void Of_Text_IsNormalized(string text, string expected) => Assert.Equal(expected, Nfkc.Of(text));

    [Fact]
    public void Of_OrdinaryChinese_IsTheSameInstance()
    {
        var text = new string("浙江省乐清市1号");
        Assert.Same(text, Nfkc.Of(text));
    }

    [Fact]
    public void Of_AnyText_IsIdempotent() =>
        Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), text => Nfkc.Of(Nfkc.Of(text.Get)) == Nfkc.Of(text.Get)).QuickCheckThrowOnFailure();

    private static IEnumerable<string[]> Cases()
    {
        using var reader = new StreamReader(typeof(NfkcTests).Assembly.GetManifestResourceStream("normalization-cases.txt")!);
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#'))
            {
                yield return Array.ConvertAll(line.Split(';'), Text);
            }
        }
    }

    private static string Text(string codes) =>
        string.Concat(codes.Split(' ').Select(c => char.ConvertFromUtf32(int.Parse(c, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture))));
}
