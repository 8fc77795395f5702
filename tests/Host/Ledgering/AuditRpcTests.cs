using DataHub.Host.Tests.Support;
using DataHub.Kernel.Access;
using DataHub.Ledger.Auditing;
using DataHub.Ledger.Entries;
using DataHub.Ledger.Heads;
using DataHub.Ledger.Proofs;
using DataHub.Ledger.Search;
using DataHub.Ledger.Writing;
using DataHub.V1;
using Grpc.Core;

namespace DataHub.Host.Tests.Ledgering;

public sealed class AuditRpcTests(HostFixture postgres) : IAsyncLifetime
{
    private const string Bureau = "11330382MB9902916X";
    private const string Zhang = "11010519491231002X";

    private static readonly Metadata Auditor = LedgeringServer.As("auditor-1", roles: SystemRole.Auditor);
    private static readonly Metadata Consumer = LedgeringServer.As("approval-1", roles: SystemRole.Consumer);
    private static readonly Metadata OtherConsumer = LedgeringServer.As("bank-1", "11330382MB99002595", SystemRole.Consumer);

    private LedgeringServer _server = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Pseudonym => postgres.Keys.Pseudonyms.OfSubject("resident_id", Zhang);

    public async ValueTask InitializeAsync() => _server = await LedgeringServer.StartAsync(
        postgres,
        ("Ledger:Trace:Exclusions:0:ServiceItem", "99"),
        ("Ledger:Trace:Exclusions:1:ServiceItem", "88"),
        ("Ledger:Trace:Exclusions:1:DelayDays", "30"));

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task GetHead_AskedByAnyAccount_ProvesItsGrowth()
    {
        await RecordAsync(Entry());
        var old = TreeHead.Parse((await HeadAsync(null)).Head.Text.Span);
        await RecordAsync(Entry());
        await UntilAsync(async () => TreeHead.Parse((await HeadAsync(null)).Head.Text.Span).Size > old.Size + 1);

        var reply = await HeadAsync(old.Size);

        var head = new SignedHead(reply.Head.Text.Memory, reply.Head.Signature.Memory, [.. reply.Head.Certificates.Select(der => der.Memory)]);
        var verdict = new HeadVerifier([LedgeringServer.Root]).Verify(head);
        Assert.True(verdict.IsValid);
        Assert.True(ConsistencyProof.Verify(old.Size, old.Root.Span, verdict.Head!.Size, verdict.Head.Root.Span, [.. reply.Consistency.Select(hash => hash.Memory)]));
    }

    [Fact]
    public async Task GetInclusion_OfAnEntry_ForItsOrganisationAndAuditorsOnly()
    {
        var ticket = await RecordAsync(Entry());
        var request = new GetInclusionRequest { Entry = new EntryReference { LeafId = ticket.Leaf.Id, Ordinal = ticket.Ordinal } };
        await UntilAsync(async () => await StatusOfAsync(request, Auditor) is StatusCode.OK);

        var reply = await _server.Audit.GetInclusionAsync(request, Consumer, cancellationToken: Token);

        var head = TreeHead.Parse(reply.Head.Text.Span);
        var leaf = Leaf.Read(reply.InLeaf.Leaf.Span);
        Assert.Equal(ticket.Leaf.ToBytes(), reply.InLeaf.Leaf.ToByteArray());
        Assert.True(InclusionProof.Verify(reply.InLeaf.Hash.Span, reply.InLeaf.Ordinal, leaf.Count, [.. reply.InLeaf.Path.Select(hash => hash.Memory)], leaf.Root.Span));
        Assert.True(InclusionProof.Verify(leaf.Hash(), reply.Index, head.Size, [.. reply.PathInTree.Select(hash => hash.Memory)], head.Root.Span));
        Assert.Equal("approval-1", EntryBytes.Read(reply.InLeaf.Entry.Span).Account);
        Assert.Equal(StatusCode.PermissionDenied, await StatusOfAsync(request, OtherConsumer));
        Assert.Equal(StatusCode.PermissionDenied, await StatusOfAsync(new GetInclusionRequest { EventSequence = 1 }, Consumer));
        Assert.Equal(StatusCode.NotFound, await StatusOfAsync(new GetInclusionRequest { EventSequence = 1 }, Auditor));
        Assert.Equal(StatusCode.InvalidArgument, await StatusOfAsync(new GetInclusionRequest(), Auditor));
    }

    [Fact]
    public async Task Search_ByAnAuditor_FindsAndIsFoundItself()
    {
        for (var i = 0; i < 5; i++)
        {
            await RecordAsync(Entry() with { Subject = "s1", CaseNo = $"{i}" });
        }

        var found = new List<FoundEntry>();
        var request = new SearchLedgerRequest { Subject = "s1", PageSize = 2, Kinds = { LedgerEntryKind.Answered } };
        do
        {
            var reply = await _server.Audit.SearchAsync(request, Auditor, cancellationToken: Token);
            found.AddRange(reply.Entries);
            request.PageToken = reply.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        Assert.Equal(["0", "1", "2", "3", "4"], found.Select(entry => entry.CaseNo));
        var own = (await _server.Audit.SearchAsync(new SearchLedgerRequest { Account = "auditor-1" }, Auditor, cancellationToken: Token)).Entries;
        Assert.All(own, entry => Assert.Equal(("AuditService/Search", LedgerEntryKind.Read, "s1"), (entry.Method, entry.Kind, entry.Subject)));
        Assert.Equal(3, own.Count);
    }

    [Theory]
    [InlineData(-1, "")]
    [InlineData(1001, "")]
    [InlineData(10, "not a token")]
    [InlineData(10, "AAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task Search_WithAPageThatCannotBe_IsMalformed(int size, string token) => Assert.Equal(
        StatusCode.InvalidArgument,
        (await Assert.ThrowsAsync<RpcException>(async () => await _server.Audit.SearchAsync(new SearchLedgerRequest { PageSize = size, PageToken = token + (token.Length == 27 ? "!" : "") }, Auditor, cancellationToken: Token))).StatusCode);

    [Fact]
    public async Task Trace_OfAPerson_SaysWhoAskedAndKeepsBackWhatTheLawDoes()
    {
        await _server.Database.SuperuserAsync($"insert into datahub.organisation (uscc, name, is_retired, version) values ('{Bureau}', '政务服务管理办公室', false, 1)");
        await RecordAsync(Entry() with { Subject = Pseudonym, ServiceItem = "1133-permit", CaseNo = "shown" });
        await RecordAsync(Entry() with { Subject = Pseudonym, ServiceItem = "9901-investigation", CaseNo = "never" });
        await RecordAsync(Entry() with { Subject = Pseudonym, ServiceItem = "8801-inspection", CaseNo = "later" });
        await RecordAsync(Entry() with { Subject = "somebody else", ServiceItem = "1133-permit", CaseNo = "other" });
        await _server.Audit.SearchAsync(new SearchLedgerRequest { Subject = Pseudonym }, Auditor, cancellationToken: Token);

        var reply = await TraceAsync();

        var use = Assert.Single(reply.Uses);
        Assert.Equal(("政务服务管理办公室", "shown", "1133-permit", "OK", "population_person"), (use.Organisation, use.CaseNo, use.ServiceItem, use.Outcome, use.Resources));
        Assert.DoesNotContain("approval-1", reply.ToString(), StringComparison.Ordinal);
        await _server.Database.SuperuserAsync("select datahub.ledger_partition(now() - interval '40 days')");
        await _server.Database.SuperuserAsync("update datahub.ledger_entry set at = at - interval '31 days' where case_no in ('later', 'never')");
        Assert.Equal(["later", "shown"], (await TraceAsync()).Uses.Select(found => found.CaseNo));
        Assert.Contains(
            await _server.Get<LedgerSearch>().FindAsync(new LedgerQuery { Method = "AuditService/Trace" }, Token), found => found.Entry.Subject == Pseudonym && found.Entry.Account == "auditor-1");
    }

    [Fact]
    public async Task Export_ToAnAuditor_CanBeAuditedOffline()
    {
        await RecordAsync(Entry());
        await UntilAsync(async () => TreeHead.Parse((await HeadAsync(null)).Head.Text.Span).Size > 0);
        var folder = Directory.CreateTempSubdirectory("datahub-fetched-").FullName;

        using var call = _server.Audit.Export(new ExportLedgerRequest { WithEvents = true }, Auditor, cancellationToken: Token);
        await foreach (var part in call.ResponseStream.ReadAllAsync(Token))
        {
            await using var file = new FileStream(Path.Combine(folder, Path.GetFileName(part.File)), FileMode.Append);
            part.Content.WriteTo(file);
        }

        var report = ExportAuditor.Run(folder, new AuditOptions { Roots = [LedgeringServer.Root] }, Token);
        Directory.Delete(folder, recursive: true);
        Assert.True(report.IsProven, report.ToText());
        Assert.True(report.Leaves > 0);
    }

    [Fact]
    public async Task AuditorsMethods_CalledByOthers_AreDenied()
    {
        Assert.Equal(StatusCode.PermissionDenied, (await Assert.ThrowsAsync<RpcException>(async () => await _server.Audit.SearchAsync(new SearchLedgerRequest(), Consumer, cancellationToken: Token))).StatusCode);
        Assert.Equal(StatusCode.PermissionDenied, (await Assert.ThrowsAsync<RpcException>(async () => await _server.Audit.TraceAsync(new TraceRequest(), Consumer, cancellationToken: Token))).StatusCode);
        using var export = _server.Audit.Export(new ExportLedgerRequest(), Consumer, cancellationToken: Token);
        Assert.Equal(StatusCode.PermissionDenied, (await Assert.ThrowsAsync<RpcException>(async () => await export.ResponseStream.MoveNext(Token))).StatusCode);
    }

    private static LedgerEntry Entry() => new()
    {
        Kind = EntryKind.Answered,
        Account = "approval-1",
        Organisation = Bureau,
        Method = "VerificationService/Verify",
        Outcome = "OK",
        Target = "population_person",
    };

    private Task<LedgerTicket> RecordAsync(LedgerEntry entry) => _server.Get<LedgerWriter>().RecordAsync(entry, Token);

    private async Task<GetHeadReply> HeadAsync(long? oldSize)
    {
        var request = new GetHeadRequest();
        if (oldSize is { } size)
        {
            request.OldSize = size;
        }

        return await _server.Audit.GetHeadAsync(request, Consumer, cancellationToken: Token);
    }

    private async Task<TraceReply> TraceAsync() => await _server.Audit.TraceAsync(new TraceRequest { Subject = new SubjectId { IdType = "resident_id", Id = Zhang } }, Auditor, cancellationToken: Token);

    private async Task<StatusCode> StatusOfAsync(GetInclusionRequest request, Metadata caller)
    {
        try
        {
            await _server.Audit.GetInclusionAsync(request, caller, cancellationToken: Token);
            return StatusCode.OK;
        }
        catch (RpcException e)
        {
            return e.StatusCode;
        }
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (var i = 0; !await condition(); i++)
        {
            Assert.True(i < 300, "It did not come about within half a minute.");
            await Task.Delay(100, Token);
        }
    }
}
