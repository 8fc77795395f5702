using System.Text;
using DataHub.FrontEnd.Csv;
using DataHub.Kernel.Faults;
using FsCheck;
using FsCheck.Fluent;

namespace DataHub.FrontEnd.Tests.Csv;

public sealed class EncodingDetectorTests
{
    private static readonly Encoding Gb18030 = CodePagesEncodingProvider.Instance.GetEncoding("GB18030")!;

    [Fact]
    public async Task Detect_OnlyAscii_IsUtf8()
    {
        var detected = await DetectAsync("resident_id\r\n1"u8.ToArray());

        Assert.Equal(("UTF-8", false), (detected.Name, detected.IsAmbiguous));
    }

    [Fact]
    public async Task Detect_Utf8WithoutMark_IsUtf8() => Assert.Equal("UTF-8", (await DetectAsync("姓名\n赵一𠮷㐂"u8.ToArray())).Name);

    [Fact]
    public async Task Detect_Utf8WithMark_IsUtf8() => Assert.Equal("UTF-8", (await DetectAsync([0xEF, 0xBB, 0xBF, .. "赵"u8])).Name);

    [Theory]
    [InlineData("𠮷", "9534B235")]
    [InlineData("㐂", "8139EF31")]
    public async Task Detect_FourByteGb18030_IsGb18030AndRoundTrips(string text, string hex)
    {
        byte[] bytes = [.. Gb18030.GetBytes("姓名，地址\n"), .. Convert.FromHexString(hex)];

        var detected = await DetectAsync(bytes);

        Assert.Equal("GB18030", detected.Name);
        Assert.EndsWith(text, detected.Encoding.GetString(bytes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "UTF-16LE")]
    [InlineData(true, "UTF-16BE")]
    public async Task Detect_Utf16Mark_IsUtf16(bool bigEndian, string name)
    {
        var encoding = new UnicodeEncoding(bigEndian, byteOrderMark: true);

        Assert.Equal(name, (await DetectAsync([.. encoding.GetPreamble(), .. encoding.GetBytes("姓名")])).Name);
    }

    [Fact]
    public async Task Detect_FewCharactersThatAreBoth_IsAmbiguousUtf8()
    {
        // D6 90 is one character in either encoding.
        var detected = await DetectAsync([0x61, 0xD6, 0x90]);

        Assert.Equal(("UTF-8", true), (detected.Name, detected.IsAmbiguous));
    }

    [Fact]
    public async Task Detect_Utf8WithOneBadByte_NamesOffsetAndLineOfUtf8()
    {
        byte[] good = Encoding.UTF8.GetBytes("姓名\r\n赵一\r\n");
        var fault = await Assert.ThrowsAsync<FaultException>(() => DetectAsync([.. good, 0xFF, .. "赵"u8]));

        Assert.Equal("CSV_ENCODING", fault.Code);
        Assert.Contains($"line 3: byte {good.Length} (counted from 0) is not UTF-8", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Detect_Gb18030CutInACharacter_NamesItsFirstByte()
    {
        var good = Gb18030.GetBytes("姓名\n赵钱孙李");
        var fault = await Assert.ThrowsAsync<FaultException>(() => DetectAsync([.. good, 0x81, 0x39, 0xEF]));

        Assert.Contains($"read as GB18030, line 2, byte {good.Length} is not", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gb18030", "赵")]
    [InlineData("utf-8", null)]
    public async Task Detect_Declared_IsEnforced(string declared, string? text)
    {
        var bytes = text is null ? Gb18030.GetBytes("赵钱孙李") : Gb18030.GetBytes(text);
        var detecting = DetectAsync(bytes, declared);

        if (text is not null)
        {
            Assert.Equal("GB18030", (await detecting).Name);
            return;
        }

        Assert.Equal("CSV_ENCODING", (await Assert.ThrowsAsync<FaultException>(() => detecting)).Code);
    }

    [Fact]
    public async Task Detect_UnknownDeclared_IsRefused() =>
        Assert.Equal("CSV_ENCODING_UNKNOWN", (await Assert.ThrowsAsync<FaultException>(() => DetectAsync([0x61], "big5"))).Code);

    // Characters split by the end of a block, and a bad byte anywhere around one.
    [Fact]
    public void Detect_BadByteAnywhere_IsFoundExactly()
    {
        var lengths = Gen.Choose(65_500, 65_560).Or(Gen.Choose(131_030, 131_080)).Or(Gen.Choose(0, 40)).ToArbitrary();
        Prop.ForAll(lengths, length =>
        {
            byte[] good = [.. Enumerable.Repeat("赵钱\n"u8.ToArray(), length / 7).SelectMany(line => line), .. "abcdef"u8[..(length % 7)]];
            var fault = Assert.ThrowsAsync<FaultException>(() => DetectAsync([.. good, 0xE8, 0xB5, 0x41, .. "尾"u8], "UTF-8")).GetAwaiter().GetResult();
            return fault.Message.Contains($"line {(length / 7) + 1}: byte {length} ", StringComparison.Ordinal);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(100));
    }

    // Four-byte characters over the end of a block, one of them outside the code.
    [Fact]
    public void Detect_BadGb18030Anywhere_IsFoundExactly()
    {
        byte[] character = [0x95, 0x34, 0xB2, 0x35];
        Prop.ForAll(Gen.Choose(16_370, 16_400).ToArbitrary(), Gen.Choose(0, 3).ToArbitrary(), (count, shift) =>
        {
            byte[] good = [.. "abc"u8[..shift], .. Enumerable.Repeat(character, count).SelectMany(bytes => bytes)];
            var fault = Assert.ThrowsAsync<FaultException>(() => DetectAsync([.. good, 0x81, 0x30, 0x20, 0x41], "GB18030")).GetAwaiter().GetResult();
            return fault.Message.Contains($"line 1: byte {good.Length} ", StringComparison.Ordinal);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(50));
    }

    [Fact]
    public void Detect_AnyTextOfEnoughHanzi_IsToldApart()
    {
        var hanzi = Gen.Choose(0x4E00, 0x9FA5).Select(c => (char)c).ArrayOf(200).Select(chars => new string(chars)).ToArbitrary();
        Prop.ForAll(hanzi, text => NameOf(Encoding.UTF8.GetBytes(text)) == "UTF-8" && NameOf(Gb18030.GetBytes(text)) == "GB18030").QuickCheckThrowOnFailure();
    }

    private static string NameOf(byte[] bytes) => DetectAsync(bytes).GetAwaiter().GetResult().Name;

    private static Task<DetectedEncoding> DetectAsync(byte[] bytes, string? declared = null) =>
        EncodingDetector.DetectAsync(new MemoryStream(bytes), "persons.csv", declared, TestContext.Current.CancellationToken);
}
