using DataHub.Ledger.Receipts;
using DataHub.TestKit;
using DataHub.V1;
using DataHub.Verification.Tests.Support;
using Google.Protobuf;
using static DataHub.Verification.Tests.Support.Requests;

namespace DataHub.Verification.Tests.Answering;

/// <summary>What an approval system keeps of an answer, and what it proves without the hub.</summary>
public sealed class ReceiptTests(VerificationFixture postgres) : IAsyncLifetime
{
    private readonly VerifyRequest _request = Of("r1", Houses.Claim("area", value: "60"), Houses.Claim("owners[].name", value: "欧阳春秋", id: "c2"));
    private TestDatabase _database = null!;
    private VerificationNode _hub = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CloneAsync();
        _hub = new VerificationNode(_database, new ManualTime());
        _hub.Records.Hold(_hub.Pseudonyms.OfSubject("resident_id", Zhang), ("area", "60"), ("owners[0].name", "张三丰"));
    }

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Answer_Given_CarriesAReceiptThatHoldsWithoutTheHub()
    {
        var verdict = Judge(_request, await _hub.AskAsync(_request));
        Assert.Equal(ReceiptOutcome.Valid, verdict.Outcome);
        var entry = verdict.Entry!;
        Assert.Equal(
            ("approval-1", "VerificationService/Verify", "OK", _hub.Pseudonyms.OfSubject("resident_id", Zhang), "BJ-2026-0001", "r1"),
            (entry.Account, entry.Method, entry.Outcome, entry.Subject, entry.CaseNo, entry.RequestId));
        Assert.Equal(_hub.Time.GetUtcNow(), verdict.Leaf!.At);
    }

    [Fact]
    public async Task Answer_ChangedAfterwards_IsNotWhatTheReceiptSays()
    {
        var reply = await _hub.AskAsync(_request);
        var forged = new VerifyReply(reply);
        forged.Answers[1].Result = Result.Match;
        Assert.Equal(ReceiptOutcome.Commitment, Judge(_request, forged).Outcome);
        var other = new VerifyRequest(_request);
        other.Claims[1].Value = "张三丰";
        Assert.Equal(ReceiptOutcome.Commitment, Judge(other, reply).Outcome);
    }

    [Fact]
    public async Task Answer_OfManyAtOnce_EachHasAReceiptOfItsOwn()
    {
        var requests = Enumerable.Range(0, 40).Select(i => Of($"r{i}", Houses.Claim("area", value: "60"))).ToList();
        var replies = await Task.WhenAll(requests.Select(request => Task.Run(() => _hub.AskAsync(request), TestContext.Current.CancellationToken)));
        Assert.All(requests.Zip(replies), pair => Assert.Equal(ReceiptOutcome.Valid, Judge(pair.First, pair.Second).Outcome));
        Assert.Equal(ReceiptOutcome.Commitment, Judge(requests[1], replies[0]).Outcome);
    }

    private static ReceiptVerdict Judge(VerifyRequest request, VerifyReply reply) =>
        ReceiptVerifier.Verify(reply.Receipt.Memory, request.ToByteArray(), new VerifyReply(reply) { Receipt = ByteString.Empty }.ToByteArray(), TestSigners.Roots);
}
