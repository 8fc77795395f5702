using DataHub.Contracts;
using DataHub.Kernel.Access;
using DataHub.Kernel.Faults;
using DataHub.TestKit;
using DataHub.V1;
using DataHub.Verification.Cases;
using DataHub.Verification.Tests.Support;
using Google.Protobuf.WellKnownTypes;
using static DataHub.Verification.Tests.Support.Requests;

namespace DataHub.Verification.Tests.Cases;

public sealed class CaseReconcilerTests(VerificationFixture postgres) : IAsyncLifetime
{
    private const string Other = "11330382MB9902916X";

    private TestDatabase _database = null!;
    private VerificationNode _hub = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CloneAsync();
        _hub = new VerificationNode(_database, new ManualTime());
        _hub.Records.Hold(_hub.Pseudonyms.OfSubject("resident_id", Zhang), ("area", "60"));
        _hub.Grants.Add(Other, [Grant.Any]);
    }

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Reconcile_ListAndQuestions_NamesWhatIsOnOneSideOnly()
    {
        await AskAsync("before", "BJ-0");
        var from = Next();
        await AskAsync("a", "BJ-1");
        var first = Next();
        await AskAsync("b", "BJ-9");
        await AskAsync("c", "BJ-9");
        await AskAsync("d", "BJ-7", Other);
        var to = Next();
        await AskAsync("after", "BJ-8");

        var reply = await ReconcileAsync(List(from, to, "BJ-1", "BJ-2"));
        Assert.Equal((3, 1, 1), (reply.Questions, reply.UnknownCount, reply.UnaskedCount));
        Assert.Equal(new AskedCase { Case = Case("BJ-9"), Questions = 2, FirstAskedAt = Timestamp.FromDateTimeOffset(first) }, Assert.Single(reply.Unknown));
        Assert.Equal(Case("BJ-2"), Assert.Single(reply.Unasked));
        var alert = Assert.Single(_hub.Alerts.Rest());
        Assert.Equal(("CASE_UNKNOWN", "approval-1"), (alert.Code, alert.Account));
        Assert.DoesNotContain("BJ-9", alert.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reconcile_SameCaseForAnotherServiceItem_IsAnotherCase()
    {
        var from = Next();
        await AskAsync("a", "BJ-1");
        var request = List(from, Next(), "BJ-1");
        request.Items[0].ServiceItemCode = "000110002000";
        var reply = await ReconcileAsync(request);
        Assert.Equal((1, 1), (reply.UnknownCount, reply.UnaskedCount));
    }

    [Fact]
    public async Task Reconcile_EverythingInOrder_RaisesNothingAndIsKept()
    {
        var from = Next();
        await AskAsync("a", "BJ-1");
        var to = Next();
        var notes = new CallNotes();
        var reply = await _hub.Get<CaseReconciler>().ReconcileAsync(VerificationNode.Approval, List(from, to, "BJ-1", "BJ-1"), notes, Token);
        Assert.Equal((1, 0, 0), (reply.Questions, reply.UnknownCount, reply.UnaskedCount));
        Assert.Empty(_hub.Alerts.Rest());
        Assert.StartsWith("cases 2026-03-01T", notes.Target, StringComparison.Ordinal);

        var kept = Assert.Single((await _hub.Get<CaseReconciler>().ListAsync(new ListReconciliationsRequest { Organisation = VerificationNode.Organisation }, Token)).Reconciliations);
        Assert.Equal(
            (reply.ReconciliationId, VerificationNode.Organisation, "approval-1", from, to, 1, 1L, 0),
            (kept.ReconciliationId, kept.Organisation, kept.Account, kept.From.ToDateTimeOffset(), kept.To.ToDateTimeOffset(), kept.Cases, kept.Questions, kept.UnknownCount));
        Assert.Empty((await _hub.Get<CaseReconciler>().ListAsync(new ListReconciliationsRequest { Organisation = Other }, Token)).Reconciliations);
    }

    [Fact]
    public async Task Reconcile_Kept_CannotBeChangedByTheHub()
    {
        await ReconcileAsync(List(_hub.Time.GetUtcNow(), Next()));
        await using var update = _database.Sources.Hub.CreateCommand("update datahub.case_reconciliation set unknown_cases = 0");
        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => update.ExecuteNonQueryAsync(Token));
        await using var delete = _database.Sources.Hub.CreateCommand("delete from datahub.case_reconciliation");
        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => delete.ExecuteNonQueryAsync(Token));
    }

    [Fact]
    public async Task Reconcile_MalformedList_NamesTheField()
    {
        var now = _hub.Time.GetUtcNow();
        await RefusedAsync("PERIOD", "from", new ReconcileCasesRequest { To = Timestamp.FromDateTimeOffset(now) });
        await RefusedAsync("PERIOD", "to", new ReconcileCasesRequest { From = Timestamp.FromDateTimeOffset(now) });
        await RefusedAsync("PERIOD", "from", new ReconcileCasesRequest { From = new Timestamp { Seconds = long.MaxValue }, To = Timestamp.FromDateTimeOffset(now) });
        await RefusedAsync("PERIOD", "to", List(now, now));
        await RefusedAsync("PERIOD", "to", List(now.AddDays(-31).AddTicks(-10), now));
        await RefusedAsync("PERIOD", "to", List(now.AddDays(-1), now.AddSeconds(1)));
        await RefusedAsync("SERVICE_ITEM_CODE", "items[0].service_item_code", new ReconcileCasesRequest(List(now.AddDays(-1), now)) { Items = { new ItemCases { ServiceItemCode = "1" } } });
        await RefusedAsync("FIELD_REQUIRED", "items[0].case_no[1]", List(now.AddDays(-1), now, "BJ-1", " "));
        await RefusedAsync("FIELD_TOO_LONG", "items[0].case_no[0]", List(now.AddDays(-1), now, new string('b', 65)));
        await RefusedAsync("CASES_COUNT", "items", List(now.AddDays(-1), now, [.. Enumerable.Range(0, 10_001).Select(i => $"BJ-{i}")]));
        Assert.Equal(0L, await _database.SuperuserAsync("select count(*) from datahub.case_reconciliation"));
    }

    private static CaseKey Case(string caseNo) => new() { ServiceItemCode = ServiceItem, CaseNo = caseNo };

    private static ReconcileCasesRequest List(DateTimeOffset from, DateTimeOffset to, params string[] cases)
    {
        var request = new ReconcileCasesRequest { From = Timestamp.FromDateTimeOffset(from), To = Timestamp.FromDateTimeOffset(to) };
        if (cases.Length > 0)
        {
            request.Items.Add(new ItemCases { ServiceItemCode = ServiceItem, CaseNo = { cases } });
        }

        return request;
    }

    private DateTimeOffset Next()
    {
        _hub.Time.Advance(TimeSpan.FromMinutes(1));
        return _hub.Time.GetUtcNow();
    }

    private async Task AskAsync(string id, string caseNo, string organisation = VerificationNode.Organisation)
    {
        var request = Of(id, Houses.Claim("area", value: "60"));
        request.Purpose.CaseNo = caseNo;
        await _hub.AskAsync(request, VerificationNode.Approval with { Organisation = organisation });
    }

    private Task<ReconcileCasesReply> ReconcileAsync(ReconcileCasesRequest request) => _hub.Get<CaseReconciler>().ReconcileAsync(VerificationNode.Approval, request, new CallNotes(), Token);

    private async Task RefusedAsync(string code, string field, ReconcileCasesRequest request)
    {
        var fault = await Assert.ThrowsAsync<FaultException>(() => ReconcileAsync(request));
        Assert.Equal((code, field), (fault.Code, fault.Field));
    }
}
