using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DataHub.Licences.Documents;
using DataHub.Licences.Minting;
using DataHub.Licences.Types;

namespace DataHub.Licences.Tests.Documents;

public sealed class LicencePaperTests
{
    private static readonly LicenceContent Content = MintOrder.Of(
        Orders.Of(), new LicenceTypes()[Orders.TypeCode], LicencesFixture.Builder, "清河市住房和城乡建设局", new DateOnly(2026, 3, 1)).Content;

    private static string Written => Encoding.UTF8.GetString(LicencePaper.Write(Content));

    [Fact]
    public void Write_Document_IsCanonicalByHand() => Assert.Equal(
        """{"algorithm":"SM2-SM3","fields":{"certificate_no":"浙C2026000001","first_issued_on":"2020-02-29","full_name":"张三丰","gender":"女","id_no":"11010519491231002X","trade":"建筑电工"},"format":"datahub-licence/1","metadata":{"holder_code":"11010519491231002X","holder_code_type":"111","holder_code_type_name":"公民身份号码","holder_name":"张三丰","issued_on":"2026-03-01","issuer_code":"11330382MB9900531B","issuer_name":"清河市住房和城乡建设局","licence_id":"LICENCE_ID","licence_no":"浙C2026000001","licence_type_code":"11100000000013338W032","licence_type_name":"建筑施工特种作业操作资格证书","valid_from":"2026-03-01","valid_to":"2028-02-29"}}"""
            .Replace("LICENCE_ID", Content.LicenceId, StringComparison.Ordinal),
        Written);

    [Fact]
    public void Write_NoEnd_SaysNull() =>
        Assert.Contains("\"valid_to\":null", Encoding.UTF8.GetString(LicencePaper.Write(Content with { ValidTo = null })), StringComparison.Ordinal);

    [Fact]
    public void Read_OtherOrderAndSpaces_IsTheSameDocument()
    {
        var root = JsonNode.Parse(Written)!.AsObject();
        var reordered = new JsonObject(root.Reverse().Select(pair => KeyValuePair.Create(
            pair.Key, pair.Value is JsonObject inner ? new JsonObject(inner.Reverse().Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone()))) : pair.Value?.DeepClone())));
        var read = LicencePaper.Read(Encoding.UTF8.GetBytes(reordered.ToJsonString(new JsonSerializerOptions { WriteIndented = true })));
        Assert.Equal(Written, Encoding.UTF8.GetString(read!.Value.Canonical));
        Assert.Equal((Content.LicenceId, LicencesFixture.Builder), (read.Value.LicenceId, read.Value.IssuerCode));
    }

    public static TheoryData<string> Nonsense =>
    [
        "", " ", "null", "[]", "1", "\"x\"", "{}", "{", "\ufeff" + Written,
        Written + "x",
        Written.Replace("datahub-licence/1", "datahub-licence/2", StringComparison.Ordinal),
        Written.Replace("\"format\":\"datahub-licence/1\",", "", StringComparison.Ordinal),
        Written.Replace("\"algorithm\"", "\"format\"", StringComparison.Ordinal),
        Written.Replace("\"metadata\":{", "\"metadata\":[{", StringComparison.Ordinal),
        "{\"format\":\"datahub-licence/1\",\"metadata\":{\"licence_id\":1,\"issuer_code\":\"x\"}}",
        "{\"format\":\"datahub-licence/1\",\"metadata\":null}",
        "{\"format\":\"datahub-licence/1\",\"metadata\":{\"licence_id\":\"x\",\"issuer_code\":\"\\ud800\"}}",
        "{\"format\":\"datahub-licence/1\",\"metadata\":{\"licence_id\":\"x\",\"issuer_code\":\"y\",\"n\":1.5}}",
        string.Concat(Enumerable.Repeat("[", 100_000)),
        new string(' ', LicencePaper.MaxBytes) + "{}",
    ];

    [Theory]
    [MemberData(nameof(Nonsense))]
    public void Read_Nonsense_IsNoDocument(string text) => Assert.Null(LicencePaper.Read(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Read_BytesThatAreNoUtf8_AreNoDocument()
    {
        var bytes = LicencePaper.Write(Content);
        bytes[Encoding.UTF8.GetByteCount(Written[..Written.IndexOf('张', StringComparison.Ordinal)])] = 0xff;
        Assert.Null(LicencePaper.Read(bytes));
    }
}
