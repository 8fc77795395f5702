using DataHub.FrontEnd.Csv;
using DataHub.FrontEnd.Pushing;
using DataHub.FrontEnd.Tests.Support;
using DataHub.Kernel.Faults;
using DataHub.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Status = Google.Rpc.Status;

namespace DataHub.FrontEnd.Tests.Pushing;

public sealed class BatchPusherTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Watermark = new(2026, 3, 1, 8, 0, 0, TimeSpan.FromHours(8));

    private readonly ScriptedHub _hub = new();
    private readonly TempFolder _folder = new();
    private readonly ImmediateTime _time = new();
    private readonly Watcher _watcher = new();
    private HubServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await HubServer.StartAsync(_hub);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Push_NewFile_DeliversEveryRowOnceAndReturnsTheReceipt()
    {
        var file = await PersonsAsync(7);

        var outcome = await PushAsync(file);

        Assert.Equal(_hub.Receipt, outcome.Receipt);
        Assert.Equal(Ids(7), _hub.Records.Select(record => record.SourceRecordId));
        var open = Assert.Single(_hub.Openings);
        Assert.Equal(("population_person", BatchMode.Incremental, 0L, Watermark), (open.Resource, open.Mode, open.Sequence, open.Watermark.ToDateTimeOffset()));
        Assert.Equal(file.Digest.ToArray(), open.ContentDigest.ToByteArray());
        Assert.Equal(new PushProgress(7, 7, 7, 7, 0, 0), _watcher.Seen[^1]);
    }

    [Fact]
    public async Task Push_FileWithoutRows_CompletesWithoutChunks()
    {
        var outcome = await PushAsync(await PersonsAsync(0));

        Assert.Empty(_hub.Delivered);
        Assert.Equal(0, outcome.Receipt.Counts.Received);
    }

    [Fact]
    public async Task Push_RowsTurnedAway_ComeBackWithTheirLines()
    {
        _hub.Judge = record => record.SourceRecordId is "r3" or "r6" ? new Reason { Field = "gender", Rule = "code_list" } : null;

        var outcome = await PushAsync(await PersonsAsync(7));

        Assert.Equal([(5L, "r3"), (8L, "r6")], outcome.Rejected.Select(line => (line.Line, line.SourceRecordId)));
        Assert.All(outcome.Rejected, line => Assert.Equal("code_list", Assert.Single(line.Reasons).Rule));
        Assert.Equal(2, _watcher.Seen[^1].Quarantined);
    }

    [Fact]
    public async Task Push_HubThatAcknowledgesLate_NeverHasMoreThanTheWindow()
    {
        _hub.AcksAtOnce = _hub.Limits.MaxUnacknowledged;

        await PushAsync(await PersonsAsync(40));

        var outstanding = _watcher.Seen.Select(now => now.Sent - now.Acknowledged).ToList();
        Assert.Equal(_hub.Limits.MaxUnacknowledged * _hub.Limits.MaxRecords, outstanding.Max());
        Assert.Equal(40, _hub.Records.Count());
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Push_StreamBroken_GoesOnWhereTheHubStands(bool afterTaking, bool withStatus)
    {
        _hub.Judge = record => record.SourceRecordId is "r0" ? new Reason { Rule = "required" } : null;
        _hub.Cuts.Enqueue(new Cut(3, afterTaking, withStatus));

        var outcome = await PushAsync(await PersonsAsync(12));

        Assert.Equal(2, _hub.Openings.Count);
        Assert.Equal(_hub.Openings[0], _hub.Openings[1]);
        Assert.Equal(Ids(12), _hub.Records.Select(record => record.SourceRecordId));
        Assert.Equal(2, Assert.Single(outcome.Rejected).Line);
        Assert.Single(_time.Waits);
    }

    [Fact]
    public async Task Push_CommittedBefore_ReturnsTheStandingReceiptAndReasons()
    {
        _hub.Judge = record => record.SourceRecordId is "r4" ? new Reason { Rule = "required" } : null;
        var file = await PersonsAsync(5);
        var first = await PushAsync(file);

        var second = await PushAsync(file);

        Assert.Equal(first.Receipt, second.Receipt);
        Assert.Equal(first.Rejected.Select(line => line.Line), second.Rejected.Select(line => line.Line));
        Assert.Equal(5, _hub.Records.Count());
    }

    [Theory]
    [InlineData(BatchOpened.Types.Outcome.Expected, "BATCH_EXPECTED", "expects batch 9")]
    [InlineData(BatchOpened.Types.Outcome.Equivocation, "BATCH_EQUIVOCATION", "Batch 4 exists")]
    [InlineData(BatchOpened.Types.Outcome.Unspecified, "HUB_PROTOCOL", "without outcome")]
    [InlineData(BatchOpened.Types.Outcome.New, "HUB_PROTOCOL", "without limits")]
    public async Task Push_OpeningThatAsksForADecision_SaysWhatToDo(BatchOpened.Types.Outcome outcome, string code, string words)
    {
        _hub.FixedOpening = new BatchOpened { Outcome = outcome, Sequence = 4, ExpectedSequence = 9 };

        var fault = await RefusedAsync();

        Assert.Equal(code, fault.Code);
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
        Assert.Single(_hub.Openings);
    }

    [Fact]
    public async Task Push_ChunksCutToOtherLimitsBefore_IsRefused()
    {
        _hub.Cuts.Enqueue(new Cut(2, AfterTaking: true, WithStatus: true));
        var file = await PersonsAsync(7);
        await Assert.ThrowsAsync<FaultException>(() => Pusher(new PushOptions { GiveUpAfter = TimeSpan.FromTicks(1) }).PushAsync(file, Watermark, null, Token));
        _hub.Limits.MaxRecords = 3;

        Assert.Equal("BATCH_CHUNKS_DIFFER", (await Assert.ThrowsAsync<FaultException>(() => PushAsync(file))).Code);
    }

    [Theory]
    [InlineData(StatusCode.InvalidArgument, FaultKind.Malformed)]
    [InlineData(StatusCode.PermissionDenied, FaultKind.Denied)]
    [InlineData(StatusCode.NotFound, FaultKind.Unknown)]
    [InlineData(StatusCode.Unauthenticated, FaultKind.Unauthenticated)]
    [InlineData(StatusCode.FailedPrecondition, FaultKind.WrongState)]
    public async Task Push_Refused_SurfacesAtOnceWithTheHubsWords(StatusCode status, FaultKind kind)
    {
        var details = new Status { Code = (int)status, Message = "open.watermark lies ahead." };
        details.Details.Add(Any.Pack(new ErrorInfo { Reason = "WATERMARK_FUTURE", Domain = "datahub" }));
        details.Details.Add(Any.Pack(new BadRequest { FieldViolations = { new BadRequest.Types.FieldViolation { Field = "open.watermark" } } }));
        _hub.Refusal = Refusal(status, "short", details.ToByteArray());

        var fault = await RefusedAsync();

        Assert.Equal((kind, "WATERMARK_FUTURE", "open.watermark lies ahead.", "open.watermark"), (fault.Kind, fault.Code, fault.Message, fault.Field));
        Assert.Single(_hub.Openings);
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF })]
    public async Task Push_RefusedWithoutReadableDetails_KeepsStatusAndText(byte[] details)
    {
        _hub.Refusal = Refusal(StatusCode.NotFound, "no such resource", details);

        var fault = await RefusedAsync();

        Assert.Equal((FaultKind.Unknown, "HUB_REFUSED", "no such resource"), (fault.Kind, fault.Code, fault.Message));
    }

    [Fact]
    public async Task Push_HubAwayForTooLong_GivesUpWithGrowingDelays()
    {
        _hub.Refusal = Refusal(StatusCode.Unavailable, "away", []);

        var fault = await RefusedAsync();

        Assert.Equal((FaultKind.Unavailable, "HUB_UNREACHABLE"), (fault.Kind, fault.Code));
        Assert.InRange(_time.Waits[0], TimeSpan.FromSeconds(0.4), TimeSpan.FromSeconds(0.6));
        Assert.InRange(_time.Waits[1], TimeSpan.FromSeconds(0.8), TimeSpan.FromSeconds(1.2));
        Assert.All(_time.Waits, wait => Assert.True(wait <= TimeSpan.FromSeconds(36)));
        Assert.True(_time.Waits.Aggregate(TimeSpan.Zero, (sum, wait) => sum + wait) <= TimeSpan.FromMinutes(15));
        Assert.Equal(_time.Waits.Count + 1, _hub.Openings.Count);
    }

    [Fact]
    public async Task Push_HubThatAsksForADelay_GetsIt()
    {
        var details = new Status();
        details.Details.Add(Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(TimeSpan.FromMinutes(2)) }));
        _hub.Refusal = Refusal(StatusCode.ResourceExhausted, "later", details.ToByteArray());

        await RefusedAsync();

        Assert.Equal(TimeSpan.FromMinutes(2), _time.Waits[0]);
    }

    [Fact]
    public async Task Push_FileChangedMeanwhile_IsNotCompleted()
    {
        var file = await PersonsAsync(5);
        _folder.Write("persons.csv", (await File.ReadAllTextAsync(file.Path, Token)).Replace("赵3", "钱3", StringComparison.Ordinal));

        Assert.Equal("CSV_CHANGED", (await Assert.ThrowsAsync<FaultException>(() => PushAsync(file))).Code);
        Assert.Null(_hub.Receipt);
    }

    [Fact]
    public async Task Push_Cancelled_StopsAtOnce()
    {
        using var stop = new CancellationTokenSource();
        var file = await PersonsAsync(5);
        _hub.Judge = _ =>
        {
            stop.Cancel();
            return null;
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Pusher(new PushOptions()).PushAsync(file, Watermark, null, stop.Token));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static IEnumerable<string> Ids(int rows) => Enumerable.Range(0, rows).Select(row => $"r{row}");

    private static RpcException Refusal(StatusCode status, string text, byte[] details) =>
        new(new Grpc.Core.Status(status, text), new Metadata { { "grpc-status-details-bin", details } });

    private Task<CsvFile> PersonsAsync(int rows) =>
        _folder.CheckAsync("source_record_id,full_name\n" + string.Concat(Enumerable.Range(0, rows).Select(row => $"r{row},赵{row}\n")));

    private BatchPusher Pusher(PushOptions options) => new(_server.Client, _time, options);

    private Task<PushOutcome> PushAsync(CsvFile file) => Pusher(new PushOptions()).PushAsync(file, Watermark, _watcher, Token);

    private async Task<FaultException> RefusedAsync()
    {
        var file = await PersonsAsync(3);
        return await Assert.ThrowsAsync<FaultException>(() => PushAsync(file));
    }
}
