using DataHub.Kernel.Faults;
using DataHub.Licences.Minting;
using DataHub.Licences.Types;
using DataHub.V1;

namespace DataHub.Licences.Tests.Minting;

public sealed class MintOrderTests
{
    private static readonly LicenceType Type = new LicenceTypes()[Orders.TypeCode];

    public static TheoryData<string, string, MintRequest> Refusals => new()
    {
        { "HOLDER_ID_TYPE", "holder_id_type", Orders.Of(change: r => r.HolderIdType = "414") },
        { "FIELD_REQUIRED", "holder_id", Orders.Of(change: r => r.HolderId = "") },
        { "HOLDER_ID", "holder_id", Orders.Of(change: r => r.HolderId = "110105194912310021") },
        { "HOLDER_ID", "holder_id", Orders.Of(change: r => r.HolderIdType = "001") },
        { "FIELD_REQUIRED", "holder_name", Orders.Of(change: r => r.HolderName = " ") },
        { "FIELD_TOO_LONG", "holder_name", Orders.Of(change: r => r.HolderName = new string('张', 513)) },
        { "FIELD_REQUIRED", "serial", Orders.Of("") },
        { "FIELD_TOO_LONG", "serial", Orders.Of(new string('1', 33)) },
        { "SERIAL", "serial", Orders.Of("2026-1") },
        { "SERIAL", "serial", Orders.Of("abc") },
        { "VERSION", "version", Orders.Of(change: r => r.Version = 2) },
        { "FIELD_REQUIRED", "issued_on", Orders.Of(change: r => r.IssuedOn = "") },
        { "FIELD_DATE", "issued_on", Orders.Of(change: r => r.IssuedOn = "2026-02-30") },
        { "FIELD_FUTURE", "issued_on", Orders.Of(change: r => r.IssuedOn = "2026-03-02") },
        { "FIELD_DATE", "valid_from", Orders.Of(change: r => r.ValidFrom = "1.3.2026") },
        { "VALIDITY_BACKWARDS", "valid_to", Orders.Of(change: r => r.ValidTo = "2026-02-28") },
        { "VALIDITY_TOO_LONG", "valid_to", Orders.Of(change: r => r.ValidTo = "2028-03-02") },
        { "VALIDITY_TOO_LONG", "valid_to", Orders.Of(change: r => r.ValidTo = "") },
        { "FIELD_REQUIRED", "fields[trade]", Orders.Of(change: r => r.Fields.Remove("trade")) },
        { "FIELD_TOO_LONG", "fields[gender]", Orders.Of(change: r => r.Fields["gender"] = "女性") },
        { "FIELD_DATE", "fields[first_issued_on]", Orders.Of(change: r => r.Fields["first_issued_on"] = "2023-02-29") },
        { "LICENCE_FIELD_UNKNOWN", "fields[height]", Orders.Of(change: r => r.Fields["height"] = "1") },
        { "FIELD_CHARSET", "fields[trade]", Orders.Of(change: r => r.Fields["trade"] = "a\0b") },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void Of_RequestThatIsWrong_NamesTheField(string code, string field, MintRequest request)
    {
        var fault = Assert.Throws<FaultException>(() => Order(request));
        Assert.Equal((code, field, FaultKind.Malformed), (fault.Code, fault.Field, fault.Kind));
        Assert.DoesNotContain("张三丰", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Orders.Holder, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_Lawful_HasItsIdentifierAndTrimmedContent()
    {
        var order = Order(Orders.Of(change: r => (r.HolderId, r.HolderName) = ("11010519491231002x", " 张三丰 ")));
        Assert.StartsWith($"1.2.156.3005.2.{Orders.TypeCode}.{LicencesFixture.Builder}.2026000001.001.", order.Content.LicenceId, StringComparison.Ordinal);
        Assert.Equal((Orders.Holder, "张三丰", "公民身份号码", "浙C2026000001"), (order.Content.HolderCode, order.Content.HolderName, order.Content.HolderCodeTypeName, order.Content.LicenceNo));
        Assert.Equal(("resident_id", true), (order.HolderKind, order.HolderIsNatural));
    }

    [Theory]
    [InlineData("2028-03-01")]
    [InlineData("2026-03-01")]
    public void Of_ValidityAtItsLimits_IsTaken(string validTo) => Assert.Equal(
        validTo, Kernel.Time.CivilTime.Format(Order(Orders.Of(change: r => r.ValidTo = validTo)).Content.ValidTo!.Value));

    [Fact]
    public void Of_LastYearsOfTheCalendar_AreNoError() =>
        Order(Orders.Of(change: r => (r.ValidFrom, r.ValidTo) = ("9999-01-01", "9999-12-31")));

    [Fact]
    public void Of_Company_IsNoNaturalPerson()
    {
        var order = Order(Orders.Of(change: r => (r.HolderIdType, r.HolderId) = ("001", "91330100799655058B")));
        Assert.Equal(("uscc", false), (order.HolderKind, order.HolderIsNatural));
    }

    [Fact]
    public void Types_Unknown_IsRefused() => Assert.Equal("LICENCE_TYPE_UNKNOWN", Assert.Throws<FaultException>(() => new LicenceTypes()["11100000000013338W033"]).Code);

    private static MintOrder Order(MintRequest request) =>
        MintOrder.Of(request, Type, LicencesFixture.Builder, "清河市住房和城乡建设局", new DateOnly(2026, 3, 1));
}
