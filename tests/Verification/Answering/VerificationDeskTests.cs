using DataHub.Crypto.Sealing;
using DataHub.Kernel.Access;
using DataHub.Kernel.Faults;
using DataHub.Kernel.Resources;
using DataHub.TestKit;
using DataHub.V1;
using DataHub.Verification.Answering;
using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;

namespace DataHub.Verification.Tests.Answering;

public sealed class VerificationDeskTests(VerificationFixture postgres) : IAsyncLifetime
{
    private const string Zhang = "11010519491231002X";

    private static readonly Caller Approval = new("approval-1", "11330382MB99001205", new HashSet<SystemRole> { SystemRole.Consumer });

    private readonly ManualTime _time = new();
    private readonly Records _records = new();
    private TestDatabase _database = null!;
    private ServiceProvider _services = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private VerificationDesk Desk => _services.GetRequiredService<VerificationDesk>();

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CloneAsync();
        _services = _database.Compose(services =>
        {
            services.AddSingleton<TimeProvider>(_time).AddSingleton<IRecordReader>(_records).AddSingleton<IResourceDirectory>(new OneResource());
            services.AddVerification();
        });
        _records.AsOf = _time.GetUtcNow();
        _records.Hold(_services.GetRequiredService<KeyRing>().Pseudonyms.OfSubject("resident_id", Zhang), ("area", "60"), ("owners[0].name", "张三丰"));
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Answer_Claims_InTheirOrder()
    {
        var reply = await AskAsync(Request("r1", Houses.Claim("owners[].name", value: "张三丰", id: "b"), Houses.Claim("area", value: "61", id: "a")));
        Assert.Equal([("b", Result.Match), ("a", Result.NoMatch)], reply.Answers.Select(answer => (answer.ClaimId, answer.Result)));
        Assert.Equal(("r1", _time.GetUtcNow()), (reply.RequestId, reply.AnsweredAt.ToDateTimeOffset()));
    }

    [Fact]
    public async Task Answer_Given_IsRecordedWithWhoWhyAndWhatButNoValue()
    {
        var reply = await AskAsync(Request("r1", Houses.Claim("owners[].name", value: "欧阳春秋"), Houses.Claim("area", Operator.AtLeast, "59.75", id: "c2")));
        var row = (string)(await _database.SuperuserAsync("select t::text from datahub.verification_answer t"))!;
        string[] values = ["欧阳春秋", "59.75", "张三丰", Zhang];
        Assert.All(values, value =>
        {
            Assert.DoesNotContain(value, row, StringComparison.Ordinal);
            Assert.DoesNotContain(Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(value)), row, StringComparison.Ordinal);
        });
        Assert.Contains("approval-1,11330382MB99001205,r1", row, StringComparison.Ordinal);
        Assert.Contains("000110001000,BJ-2026-0001,", row, StringComparison.Ordinal);
        Assert.Equal(_records.Subject, await _database.SuperuserAsync("select subject_id from datahub.verification_answer"));
        Assert.Equal(
            """[{"Role": "owner", "Field": "owners[].name", "Operator": "Equal", "Resource": "house"}, {"Role": "owner", "Field": "area", "Operator": "AtLeast", "Resource": "house"}]""",
            await _database.SuperuserAsync("select asked::text from datahub.verification_answer"));
        Assert.Equal(reply, VerifyReply.Parser.ParseFrom((byte[])(await _database.SuperuserAsync("select reply from datahub.verification_answer"))!));
    }

    [Fact]
    public async Task Answer_SameRequestAgain_IsTheSameBytesWhateverHappenedMeanwhile()
    {
        var first = await AskAsync(Request("r1", Houses.Claim("area", value: "60")));
        _records.Hold(_records.Subject, ("area", "90"));
        _time.Advance(TimeSpan.FromHours(24));
        Assert.Equal(first.ToByteArray(), (await AskAsync(Request("r1", Houses.Claim("area", value: "60")))).ToByteArray());
        Assert.Equal(1L, await _database.SuperuserAsync("select count(*) from datahub.verification_answer"));
    }

    [Fact]
    public async Task Answer_SameRequestIdOtherContent_IsRefused()
    {
        await AskAsync(Request("r1", Houses.Claim("area", value: "60")));
        var fault = await RefusedAsync("REQUEST_ID_REUSED", Request("r1", Houses.Claim("area", value: "61")));
        Assert.Equal((FaultKind.Exists, "request_id"), (fault.Kind, fault.Field));
    }

    [Fact]
    public async Task Answer_SameRequestAfterADay_IsRefused()
    {
        await AskAsync(Request("r1", Houses.Claim("area", value: "60")));
        _time.Advance(TimeSpan.FromHours(24) + TimeSpan.FromTicks(10));
        await RefusedAsync("REQUEST_ID_REUSED", Request("r1", Houses.Claim("area", value: "60")));
    }

    [Fact]
    public async Task Answer_SameRequestIdOfAnotherSystem_IsItsOwn()
    {
        await AskAsync(Request("r1", Houses.Claim("area", value: "60")));
        var other = await Desk.AnswerAsync(Approval with { SystemId = "approval-2" }, Request("r1", Houses.Claim("area", value: "61")), Token);
        Assert.Equal(Result.NoMatch, other.Answers[0].Result);
    }

    [Fact]
    public async Task Answer_TwinsAtOnce_GetOneAnswer()
    {
        _records.Arrivals = 2;
        var twins = await Task.WhenAll(
            Enumerable.Range(0, 2).Select(_ => Task.Run(() => AskAsync(Request("r1", Houses.Claim("area", value: "60"))), Token)));
        Assert.Equal(twins[0].ToByteArray(), twins[1].ToByteArray());
        Assert.Equal(1L, await _database.SuperuserAsync("select count(*) from datahub.verification_answer"));
    }

    [Fact]
    public async Task Answer_TwinsOfOtherContentAtOnce_OneIsRefused()
    {
        _records.Arrivals = 2;
        var twins = await Task.WhenAll(((string[])["60", "61"]).Select(value => Task.Run(async () => await OutcomeAsync(Request("r1", Houses.Claim("area", value: value))), Token)));
        Assert.Equal(["REQUEST_ID_REUSED", "answered"], twins.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Answer_MalformedRequest_NamesTheFieldAndRecordsNothing()
    {
        var claim = Houses.Claim("area", value: "60");
        await RefusedAtAsync("FIELD_REQUIRED", "request_id", Request(" ", claim));
        await RefusedAtAsync("FIELD_CHARSET", "request_id", Request("a/b", claim));
        await RefusedAtAsync("FIELD_TOO_LONG", "request_id", Request(new string('a', 65), claim));
        await RefusedAtAsync("FIELD_REQUIRED", "subject.id_type", Changed(r => r.Subject = null));
        await RefusedAtAsync("FIELD_REQUIRED", "purpose.service_item_code", Changed(r => r.Purpose = null));
        await RefusedAtAsync("SERVICE_ITEM_CODE", "purpose.service_item_code", Changed(r => r.Purpose.ServiceItemCode = "000017002000"));
        await RefusedAtAsync("FIELD_REQUIRED", "purpose.case_no", Changed(r => r.Purpose.CaseNo = ""));
        await RefusedAtAsync("FIELD_TOO_SHORT", "purpose.legal_basis", Changed(r => r.Purpose.LegalBasis = "法"));
        await RefusedAtAsync("CLAIMS_COUNT", "claims", Request("r1"));
        await RefusedAtAsync("CLAIMS_COUNT", "claims", Request("r1", [.. Enumerable.Range(0, 33).Select(i => Houses.Claim("area", value: "1", id: $"c{i}"))]));
        await RefusedAtAsync("CLAIM_ID_REPEATED", "claims", Request("r1", claim, claim));
        await RefusedAtAsync("RESOURCE_UNKNOWN", "claims[1].resource", Request("r1", claim, new Claim(claim) { ClaimId = "c2", Resource = "no_such" }));
        await RefusedAtAsync("CLAIM_FIELD", "claims[1].field", Request("r1", claim, Houses.Claim("price", value: "1", id: "c2")));
        Assert.Equal(0L, await _database.SuperuserAsync("select count(*) from datahub.verification_answer"));
    }

    private static VerifyRequest Request(string id, params Claim[] claims) => new()
    {
        RequestId = id,
        Subject = new SubjectId { IdType = "resident_id", Id = Zhang },
        Purpose = new Purpose { ServiceItemCode = "000110001000", CaseNo = "BJ-2026-0001", LegalBasis = "不动产登记暂行条例第十六条" },
        Claims = { claims },
    };

    private static VerifyRequest Changed(Action<VerifyRequest> change)
    {
        var request = Request("r1", Houses.Claim("area", value: "60"));
        change(request);
        return request;
    }

    private Task<VerifyReply> AskAsync(VerifyRequest request) => Desk.AnswerAsync(Approval, request, Token);

    private async Task<string> OutcomeAsync(VerifyRequest request)
    {
        try
        {
            await AskAsync(request);
            return "answered";
        }
        catch (FaultException fault)
        {
            return fault.Code;
        }
    }

    private async Task<FaultException> RefusedAsync(string code, VerifyRequest request)
    {
        var fault = await Assert.ThrowsAsync<FaultException>(() => AskAsync(request));
        Assert.Equal(code, fault.Code);
        return fault;
    }

    private async Task RefusedAtAsync(string code, string field, VerifyRequest request) => Assert.Equal(field, (await RefusedAsync(code, request)).Field);

    private sealed class OneResource : IResourceDirectory
    {
        public ValueTask<ResourceSchema?> FindAsync(string resource, CancellationToken cancellationToken) => new(resource == "house" ? Houses.Schema : null);
    }

    /// <summary>One subject's house. Holds readers back until as many have arrived as the test says, so that twins are under way together.</summary>
    private sealed class Records : IRecordReader
    {
        private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private SubjectRecord[] _held = [];
        private int _arrived;

        public int Arrivals { get; set; } = 1;

        public DateTimeOffset AsOf { get; set; }

        public string Subject { get; private set; } = "";

        public void Hold(string subject, params (string Path, string Value)[] fields) => (Subject, _held) = (subject, [Houses.Record(0, 17, fields)]);

        public async Task<IReadOnlyList<SubjectRecord>> CurrentAsync(string resource, string subjectId, string role, CancellationToken cancellationToken)
        {
            if (Interlocked.Increment(ref _arrived) >= Arrivals)
            {
                _all.TrySetResult();
            }

            await _all.Task.WaitAsync(cancellationToken);
            return subjectId == Subject && (resource, role) == ("house", "owner") ? _held : [];
        }

        public Task<DataAge?> AgeAsync(string resource, CancellationToken cancellationToken) => Task.FromResult<DataAge?>(new DataAge(AsOf, "land-fep-1"));
    }
}
