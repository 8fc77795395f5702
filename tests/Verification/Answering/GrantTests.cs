using DataHub.Kernel.Access;
using DataHub.Kernel.Faults;
using DataHub.TestKit;
using DataHub.V1;
using DataHub.Verification.Tests.Support;
using Google.Protobuf;
using static DataHub.Verification.Tests.Support.Requests;

namespace DataHub.Verification.Tests.Answering;

/// <summary>Who may ask what, and what an answer gives away.</summary>
public sealed class GrantTests(VerificationFixture postgres) : IAsyncLifetime
{
    private const string Stranger = "110105194912310038";

    private TestDatabase _database = null!;
    private VerificationNode _hub = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CloneAsync();
        _hub = new VerificationNode(_database, new ManualTime());
        _hub.Records.Hold(_hub.Pseudonyms.OfSubject("resident_id", Zhang), ("area", "60"), ("owners[0].name", "张三丰"));
        _hub.Grants.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Answer_WithoutGrant_IsRefusedBeforeAnybodyIsLookedUp()
    {
        _hub.Grants.Add(VerificationNode.Organisation, ["area"]);
        var claims = (Claim[])[Houses.Claim("area", value: "60"), Houses.Claim("owners[].name", value: "张三丰", id: "c2")];
        var fault = await _hub.RefusedAsync("GRANT_REQUIRED", Of("r1", claims));
        Assert.Equal((FaultKind.Denied, "claims[1].field"), (fault.Kind, fault.Field));
        Assert.Contains("house", fault.Message, StringComparison.Ordinal);
        Assert.Empty(_hub.Records.Lookups);
        Assert.Equal(fault.Message, (await _hub.RefusedAsync("GRANT_REQUIRED", About(Stranger, "r1", claims))).Message);
        Assert.Equal(0L, await _database.SuperuserAsync("select count(*) from datahub.ledger_entry"));
    }

    [Fact]
    public async Task Answer_WithoutGrant_NotesWhoWasAskedAboutAndWhy()
    {
        await _hub.RefusedAsync("GRANT_REQUIRED", Of("r1", Houses.Claim("area", value: "60")));
        var notes = _hub.Notes;
        Assert.Equal(
            (_hub.Pseudonyms.OfSubject("resident_id", Zhang), ServiceItem, "BJ-2026-0001", "不动产登记暂行条例第十六条", "r1", "house/owner: area Equal", false),
            (notes.Subject, notes.ServiceItem, notes.CaseNo, notes.LegalBasis, notes.RequestId, notes.Target, notes.IsRecorded));
    }

    [Theory]
    [InlineData("another organisation")]
    [InlineData("another service item")]
    [InlineData("another operation")]
    public async Task Answer_GrantForSomethingElse_IsRefused(string what)
    {
        _hub.Grants.Add(
            what == "another organisation" ? "11330382MB9902916X" : VerificationNode.Organisation,
            ["area"],
            [what == "another service item" ? "000110002000" : ServiceItem],
            operations: what == "another operation" ? GrantOperations.Prefill : GrantOperations.Verify);
        await _hub.RefusedAsync("GRANT_REQUIRED", Of("r1", Houses.Claim("area", value: "60")));
    }

    [Fact]
    public async Task Answer_GrantWithdrawn_IsNotEvenRepeated()
    {
        _hub.Grants.Add(VerificationNode.Organisation, ["area"]);
        await _hub.AskAsync(Of("r1", Houses.Claim("area", value: "60")));
        _hub.Grants.Clear();
        await _hub.RefusedAsync("GRANT_REQUIRED", Of("r1", Houses.Claim("area", value: "60")));
    }

    [Fact]
    public async Task Answer_GrantThatDoesNotTellAbsence_AbsentAndWrongHaveTheSameBytesAndLookups()
    {
        _hub.Grants.Add(VerificationNode.Organisation, [Grant.Any], tellsAbsence: false);
        var wrong = await _hub.AskAsync(Of("r1", Houses.Claim("area", value: "61"), Houses.Claim("owners[].name", value: "欧阳春秋", id: "c2")));
        var lookups = _hub.Records.Lookups.ToArray();
        _hub.Records.Lookups.Clear();
        var absent = await _hub.AskAsync(About(Stranger, "r2", Houses.Claim("area", value: "61"), Houses.Claim("owners[].name", value: "欧阳春秋", id: "c2")));

        Assert.Equal(lookups, _hub.Records.Lookups);
        Assert.All(wrong.Answers, answer => Assert.Equal(Result.NotConfirmed, answer.Result));
        Assert.Equal(wrong.Receipt.Length, absent.Receipt.Length);
        (wrong.Receipt, absent.Receipt, absent.RequestId) = (ByteString.Empty, ByteString.Empty, "r1");
        Assert.Equal(wrong.ToByteArray(), absent.ToByteArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("area")]
    public async Task Answer_ExistsUnderAGrantThatDoesNotTellAbsence_IsRefused(string field)
    {
        _hub.Grants.Add(VerificationNode.Organisation, [Grant.Any], tellsAbsence: false);
        var fault = await _hub.RefusedAsync("GRANT_REQUIRED", Of("r1", Houses.Claim(field, Operator.Exists)));
        Assert.Equal("claims[0].operator", fault.Field);
        _hub.Grants.Add(VerificationNode.Organisation, [Grant.Any]);
        Assert.Equal(Result.Match, (await _hub.AskAsync(Of("r1", Houses.Claim(field, Operator.Exists)))).Answers[0].Result);
    }
}
