using DataHub.Kernel.Tests.Identifiers;
using DataHub.Kernel.Text;
using FsCheck;
using FsCheck.Fluent;

namespace DataHub.Kernel.Tests.Text;

public sealed class MasksTests
{
    private static readonly string[] FixedForms = ["name", "address"];

    public static TheoryData<string> Names => [.. Masks.Names];

    [Theory]
    [InlineData("name", "张三", "张*")]
    [InlineData("name", "张三丰", "张**")]
    [InlineData("name", "欧阳修", "欧阳*")]
    [InlineData("name", "欧阳", "欧*")]
    [InlineData("name", "诸葛孔明", "诸葛**")]
    [InlineData("name", "买买提·阿里", "买**")]
    [InlineData("name", "买买提•阿里", "买**")]
    [InlineData("name", "John Smith", "J***")]
    [InlineData("name", "张", "*")]
    [InlineData("name", "𠮷野家", "𠮷**")]
    [InlineData("resident_id", "11010519491231002X", "110***********002X")]
    [InlineData("resident_id", "1101051949123100", "****************")]
    [InlineData("resident_id_notice", "11010519491231002X", "110105********002X")]
    [InlineData("resident_id_15", "110105491231002", "110*********002")]
    [InlineData("mobile", "13800000000", "138****0000")]
    [InlineData("mobile", "+8613800000000", "**************")]
    [InlineData("landline", "0577-61880000", "0577-******00")]
    [InlineData("landline", "010-61880000", "010-******00")]
    [InlineData("landline", "057761880000", "0577******00")]
    [InlineData("landline", "61880000", "******00")]
    [InlineData("landline", "0577-61880000-12", "****************")]
    [InlineData("phone", "13800000000", "138****0000")]
    [InlineData("phone", "0577-61880000", "0577-******00")]
    [InlineData("address", "浙江省乐清市城南街道某路1号", "浙江省乐清市城南街道****")]
    [InlineData("address", "浙江省温州市乐清市柳市镇某村2号", "浙江省温州市乐清市柳市镇****")]
    [InlineData("address", "上海市浦东新区世纪大道100号", "上海市浦东新区****")]
    [InlineData("address", "江西省景德镇市珠山区某街道3弄", "江西省景德镇市珠山区某街道****")]
    [InlineData("address", "乐清市人民路区府巷1号", "乐清市****")]
    [InlineData("address", "某路1号", "****")]
    [InlineData("bank_account", "6217000000000000000", "***************0000")]
    [InlineData("bank_account", "621700", "******")]
    [InlineData("unit_code", "330382001002GB00010F00010001", "330382******************0001")]
    [InlineData("certificate_no", "浙(2017)乐清市不动产权第0001234号", "浙(2017)乐清市不动产权第*******号")]
    [InlineData("certificate_no", "浙(2020)乐清市不动产证明第00001234号", "浙(2020)乐清市不动产证明第********号")]
    [InlineData("certificate_no", "乐房权证乐成字第12345号", "**************")]
    [InlineData("all", "张三", "**")]
    public void Mask_Value_HidesWhatTheTableHides(string mask, string value, string masked) => Assert.Equal(masked, Masks.Find(mask)!(value));

    [Theory]
    [MemberData(nameof(Names))]
    public void Mask_AnyText_KeepsTheLengthOrTheFixedForm(string name) => Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), text =>
    {
        var masked = Masks.Find(name)!(text.Get);
        return Array.IndexOf(FixedForms, name) >= 0 || Runes(masked) == Runes(text.Get);
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("resident_id", "resident_id", 7)]
    [InlineData("resident_id_notice", "resident_id", 10)]
    [InlineData("resident_id_15", "resident_id_15", 6)]
    [InlineData("unit_code", "real_property_unit", 10)]
    public void Mask_ValidNumbers_ShowsOnlyTheKeptPlacesInTheirPlace(string mask, string kind, int kept) => Assert.All(Vectors.Valid(kind), value =>
    {
        var masked = Masks.Find(mask)!(value);
        Assert.Equal(value.Length, masked.Length);
        Assert.Equal(kept, masked.Count(c => c != '*'));
        Assert.All(Enumerable.Range(0, value.Length), i => Assert.True(masked[i] == '*' || masked[i] == value[i]));
    });

    [Fact]
    public void Mask_CertificateNumbers_HideTheWholeSerial() => Assert.All(Vectors.Valid("real_property_cert_no"), value =>
    {
        var masked = Masks.CertificateNo(value);
        Assert.Equal(value.Length, masked.Length);
        Assert.DoesNotContain(masked[8..], char.IsAsciiDigit);
    });

    [Fact]
    public void Address_AnyAddress_NeverShowsAHouseNumber() => Prop.ForAll(
        Gen.Elements("浙江省乐清市城南街道某路镇乡区县村12号".ToCharArray()).ArrayOf().Select(c => new string(c)).ToArbitrary(),
        address => !Masks.Address(address).Any(char.IsAsciiDigit)).QuickCheckThrowOnFailure();

    [Fact]
    public void Find_UnknownMask_IsNull() => Assert.Null(Masks.Find("none"));

    private static int Runes(string text) => text.EnumerateRunes().Count();
}
