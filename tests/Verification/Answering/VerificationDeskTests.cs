using DataHub.Kernel.Faults;
using DataHub.TestKit;
using DataHub.V1;
using DataHub.Verification.Tests.Support;
using Google.Protobuf;
using static DataHub.Verification.Tests.Support.Requests;

namespace DataHub.Verification.Tests.Answering;

public sealed class VerificationDeskTests(VerificationFixture postgres) : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private VerificationNode _hub = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Subject => _hub.Pseudonyms.OfSubject("resident_id", Zhang);

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CloneAsync();
        _hub = new VerificationNode(_database, new ManualTime());
        _hub.Records.Hold(Subject, ("area", "60"), ("owners[0].name", "张三丰"));
    }

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Answer_Claims_InTheirOrder()
    {
        var reply = await _hub.AskAsync(Of("r1", Houses.Claim("owners[].name", value: "张三丰", id: "b"), Houses.Claim("area", value: "61", id: "a")));
        Assert.Equal([("b", Result.Match), ("a", Result.NoMatch)], reply.Answers.Select(answer => (answer.ClaimId, answer.Result)));
        Assert.Equal(("r1", _hub.Time.GetUtcNow()), (reply.RequestId, reply.AnsweredAt.ToDateTimeOffset()));
    }

    [Fact]
    public async Task Answer_Given_IsRecordedWithWhoWhyAndWhatButNoValue()
    {
        var reply = await _hub.AskAsync(Of("r1", Houses.Claim("owners[].name", value: "欧阳春秋"), Houses.Claim("area", Operator.AtLeast, "59.75", id: "c2")));
        var row = (string)(await _database.SuperuserAsync("select t::text from datahub.ledger_entry t"))!;
        string[] values = ["欧阳春秋", "59.75", "张三丰", Zhang];
        Assert.All(values, value =>
        {
            Assert.DoesNotContain(value, row, StringComparison.Ordinal);
            Assert.DoesNotContain(Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(value)), row, StringComparison.Ordinal);
        });
        Assert.Contains($"approval-1,{VerificationNode.Organisation},VerificationService/Verify,OK,{Subject},{ServiceItem},BJ-2026-0001,不动产登记暂行条例第十六条,r1,", row, StringComparison.Ordinal);
        Assert.Equal("house/owner: owners[].name Equal, area AtLeast", await _database.SuperuserAsync("select target from datahub.ledger_entry"));
        Assert.Equal((short)1, await _database.SuperuserAsync("select kind from datahub.ledger_entry"));
        Assert.True(_hub.Notes.IsRecorded);
    }

    [Fact]
    public async Task Answer_ManyClaims_AreInTheLedgerAsFarAsItTakesThem()
    {
        await _hub.AskAsync(Of("r1", [.. Enumerable.Range(0, 32).Select(i => Houses.Claim("owners[].name", value: "张三丰", id: $"c{i}"))]));
        var target = (string)(await _database.SuperuserAsync("select target from datahub.ledger_entry"))!;
        Assert.EndsWith("owners[].name Equal; … 32 claims", target, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_SameRequestAgain_IsTheSameBytesWhateverHappenedMeanwhile()
    {
        var first = await _hub.AskAsync(Of("r1", Houses.Claim("area", value: "60")));
        _hub.Records.Hold(Subject, ("area", "90"));
        _hub.Time.Advance(TimeSpan.FromHours(24));
        Assert.Equal(first.ToByteArray(), (await _hub.AskAsync(Of("r1", Houses.Claim("area", value: "60")))).ToByteArray());
        Assert.Equal(1L, await _database.SuperuserAsync("select count(*) from datahub.ledger_entry"));
    }

    [Fact]
    public async Task Answer_SameRequestIdOtherContent_IsRefused()
    {
        await _hub.AskAsync(Of("r1", Houses.Claim("area", value: "60")));
        var fault = await _hub.RefusedAsync("REQUEST_ID_REUSED", Of("r1", Houses.Claim("area", value: "61")));
        Assert.Equal((FaultKind.Exists, "request_id"), (fault.Kind, fault.Field));
    }

    [Fact]
    public async Task Answer_SameRequestAfterADay_IsRefused()
    {
        await _hub.AskAsync(Of("r1", Houses.Claim("area", value: "60")));
        _hub.Time.Advance(TimeSpan.FromHours(24) + TimeSpan.FromTicks(10));
        await _hub.RefusedAsync("REQUEST_ID_REUSED", Of("r1", Houses.Claim("area", value: "60")));
    }

    [Fact]
    public async Task Answer_SameRequestIdOfAnotherSystem_IsItsOwn()
    {
        await _hub.AskAsync(Of("r1", Houses.Claim("area", value: "60")));
        var other = await _hub.AskAsync(Of("r1", Houses.Claim("area", value: "61")), VerificationNode.Approval with { SystemId = "approval-2" });
        Assert.Equal(Result.NoMatch, other.Answers[0].Result);
    }

    [Fact]
    public async Task Answer_TwinsAtOnce_GetOneAnswer()
    {
        _hub.Records.Arrivals = 2;
        var twins = await Task.WhenAll(
            Enumerable.Range(0, 2).Select(_ => Task.Run(() => _hub.AskAsync(Of("r1", Houses.Claim("area", value: "60"))), Token)));
        Assert.Equal(twins[0].ToByteArray(), twins[1].ToByteArray());
        Assert.Equal(1L, await _database.SuperuserAsync("select count(*) from datahub.ledger_entry"));
    }

    [Fact]
    public async Task Answer_TwinsOfOtherContentAtOnce_OneIsRefused()
    {
        _hub.Records.Arrivals = 2;
        var twins = await Task.WhenAll(((string[])["60", "61"]).Select(value => Task.Run(async () => await _hub.OutcomeAsync(Of("r1", Houses.Claim("area", value: value))), Token)));
        Assert.Single(twins, outcome => outcome == "REQUEST_ID_REUSED");
    }

    [Fact]
    public async Task Answer_MalformedRequest_NamesTheFieldAndRecordsNothing()
    {
        var claim = Houses.Claim("area", value: "60");
        await RefusedAtAsync("FIELD_REQUIRED", "request_id", Of(" ", claim));
        await RefusedAtAsync("FIELD_CHARSET", "request_id", Of("a/b", claim));
        await RefusedAtAsync("FIELD_TOO_LONG", "request_id", Of(new string('a', 65), claim));
        await RefusedAtAsync("FIELD_REQUIRED", "subject.id_type", Changed(r => r.Subject = null));
        await RefusedAtAsync("FIELD_REQUIRED", "purpose.service_item_code", Changed(r => r.Purpose = null));
        await RefusedAtAsync("SERVICE_ITEM_CODE", "purpose.service_item_code", Changed(r => r.Purpose.ServiceItemCode = "000017002000"));
        await RefusedAtAsync("FIELD_REQUIRED", "purpose.case_no", Changed(r => r.Purpose.CaseNo = ""));
        await RefusedAtAsync("FIELD_TOO_SHORT", "purpose.legal_basis", Changed(r => r.Purpose.LegalBasis = "法"));
        await RefusedAtAsync("CLAIMS_COUNT", "claims", Of("r1"));
        await RefusedAtAsync("CLAIMS_COUNT", "claims", Of("r1", [.. Enumerable.Range(0, 33).Select(i => Houses.Claim("area", value: "1", id: $"c{i}"))]));
        await RefusedAtAsync("CLAIM_ID_REPEATED", "claims", Of("r1", claim, claim));
        await RefusedAtAsync("RESOURCE_UNKNOWN", "claims[1].resource", Of("r1", claim, new Claim(claim) { ClaimId = "c2", Resource = "no_such" }));
        await RefusedAtAsync("CLAIM_FIELD", "claims[1].field", Of("r1", claim, Houses.Claim("price", value: "1", id: "c2")));
        Assert.Equal(0L, await _database.SuperuserAsync("select count(*) from datahub.ledger_entry"));
    }

    private async Task RefusedAtAsync(string code, string field, VerifyRequest request) => Assert.Equal(field, (await _hub.RefusedAsync(code, request)).Field);
}
