using DataHub.Exchange.Intake;
using DataHub.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Outcome = DataHub.V1.BatchOpened.Types.Outcome;

namespace DataHub.Exchange.Tests.Intake;

public sealed class BatchRegisterTests(ExchangeFixture postgres) : ExchangeTest(postgres)
{
    private const string People = "population_person";

    private static readonly Chunk First = ChunkOf(0, Rows.Person(), Rows.PersonOf(981, ""));
    private static readonly Chunk Second = ChunkOf(1, Rows.PersonOf(982));

    [Fact]
    public async Task Open_NewContent_StartsAtTheFirstChunkWithLimits()
    {
        var opening = await OpenAsync(Police, People, "a");
        Assert.Equal((Outcome.New, 0, 1L, 1), (opening.Reply.Outcome, opening.Reply.NextChunk, opening.Reply.Sequence, opening.Reply.ResourceVersion));
        Assert.Equal(new PushLimits { MaxRecords = 5_000, MaxBytes = 1 << 20, MaxUnacknowledged = 8 }, opening.Reply.Limits);
        Assert.Equal(opening.Batch!.Id.ToString(), opening.Reply.BatchId);
    }

    [Fact]
    public async Task Open_Again_ResumesAndTellsEveryAcknowledgementAgain()
    {
        var opening = await OpenAsync(Police, People, "a");
        var ack = await Intake.TakeAsync(opening.Batch!, First, new SeenKeys(), Token);
        var again = await OpenAsync(Police, People, "a");
        Assert.Equal((Outcome.Resume, 1, opening.Reply.BatchId), (again.Reply.Outcome, again.Reply.NextChunk, again.Reply.BatchId));
        Assert.Equal(ack, Assert.Single(again.Acks).Ack);
        Assert.Equal(opening.Batch, again.Batch);
    }

    [Fact]
    public async Task Open_Completed_GivesTheSameReceiptByteForByte()
    {
        var receipt = await PushTwoChunksAsync("a");
        Time.Advance(TimeSpan.FromHours(1));
        var again = await Register.OpenAsync(Police, AsOfStart("a"), Token);
        Assert.Equal((Outcome.Committed, 2), (again.Reply.Outcome, again.Reply.NextChunk));
        Assert.Equal(receipt.ToByteArray(), again.Receipt!.ToByteArray());
        Assert.Equal(2, again.Acks.Count);
        Assert.Null(again.Batch);
        AssertCounts(receipt.Counts, received: 3, accepted: 2, quarantined: 1);
        Assert.Equal(("police-fep-1", People, 1, 1L), (receipt.Source, receipt.Resource, receipt.ResourceVersion, receipt.Sequence));
        Assert.Equal(2, receipt.LastEventSequence - receipt.FirstEventSequence + 1);
    }

    [Fact]
    public async Task Complete_Twice_GivesTheSameReceiptByteForByte()
    {
        var opening = await OpenAsync(Police, People, "a");
        await Intake.TakeAsync(opening.Batch!, First, new SeenKeys(), Token);
        var receipt = await Register.CompleteAsync(opening.Batch!, 1, ManifestOf(First), Token);
        Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(receipt.ToByteArray(), (await Register.CompleteAsync(opening.Batch!, 1, ManifestOf(First), Token)).ToByteArray());
        await RefusedAsync("BATCH_ENDED", () => Intake.TakeAsync(opening.Batch!, Second, new SeenKeys(), Token));
    }

    [Fact]
    public async Task Open_SameRowsADayLater_AreANewBatch()
    {
        await PushTwoChunksAsync("a");
        Time.Advance(TimeSpan.FromDays(1));
        var next = await OpenAsync(Police, People, "a");
        Assert.Equal((Outcome.New, 2L), (next.Reply.Outcome, next.Reply.Sequence));
    }

    [Fact]
    public async Task Open_SequenceOfOtherContent_IsEquivocation()
    {
        await OpenAsync(Police, People, "a", sequence: 1);
        var other = await OpenAsync(Police, People, "b", sequence: 1);
        Assert.Equal(Outcome.Equivocation, other.Reply.Outcome);
        Assert.Null(other.Batch);
        Assert.Equal(0L, await Database.SuperuserAsync("select count(*) from datahub.batch where state <> 0"));
    }

    [Fact]
    public async Task Open_SequenceWithAGap_LearnsTheOneExpected()
    {
        await PushTwoChunksAsync("a");
        var opening = await OpenAsync(Police, People, "c", sequence: 3);
        Assert.Equal((Outcome.Expected, 2L), (opening.Reply.Outcome, opening.Reply.ExpectedSequence));
        Assert.Equal(1, await CountAsync("batch"));
    }

    [Fact]
    public async Task Open_OtherContentWhileOneIsOpen_EndsThatIncompleteButKeepsWhatWasAcknowledged()
    {
        var opening = await OpenAsync(Police, People, "a");
        await Intake.TakeAsync(opening.Batch!, First, new SeenKeys(), Token);
        Assert.Equal(2L, (await OpenAsync(Police, People, "b")).Reply.Sequence);
        Assert.Equal((short)BatchState.Incomplete, await Database.SuperuserAsync("select state from datahub.batch where sequence = 1"));
        await RefusedAsync("BATCH_ENDED", () => Intake.TakeAsync(opening.Batch!, Second, new SeenKeys(), Token));
        await RefusedAsync("BATCH_ENDED", () => Register.CompleteAsync(opening.Batch!, 1, ManifestOf(First), Token));
        Assert.Equal(1, await CountAsync("record_current"));

        var byNumber = await OpenAsync(Police, People, "a", sequence: 1);
        Assert.Equal((Outcome.Expected, 3L), (byNumber.Reply.Outcome, byNumber.Reply.ExpectedSequence));
    }

    [Theory]
    [InlineData("complete.chunk_count", 2, 2, false)]
    [InlineData("complete.row_count", 1, 3, false)]
    [InlineData("complete.digest", 1, 2, true)]
    public async Task Complete_ManifestThatDiffers_EndsTheBatchAndTheSameFileCanBeSentAgain(string field, int chunks, long rows, bool otherDigest)
    {
        var opening = await OpenAsync(Police, People, "a");
        await Intake.TakeAsync(opening.Batch!, First, new SeenKeys(), Token);
        var manifest = ManifestOf(First);
        (manifest.ChunkCount, manifest.RowCount) = (chunks, rows);
        manifest.Digest = otherDigest ? Second.Digest : manifest.Digest;
        var fault = await RefusedAsync("MANIFEST_MISMATCH", () => Register.CompleteAsync(opening.Batch!, 1, manifest, Token));
        Assert.Equal(field, fault.Field);
        Assert.Equal((short)BatchState.Incomplete, await Database.SuperuserAsync("select state from datahub.batch"));

        var again = await OpenAsync(Police, People, "a");
        Assert.Equal((Outcome.New, 2L), (again.Reply.Outcome, again.Reply.Sequence));
    }

    [Fact]
    public async Task Open_SchemaChangedInBetween_StartsANewBatchUnderTheNewOne()
    {
        var old = await OpenAsync(Police, People, "a");
        await Intake.TakeAsync(old.Batch!, First, new SeenKeys(), Token);
        Directory.Set(Schemas.Person with { Version = 2 });
        var byNumber = await OpenAsync(Police, People, "a", sequence: 1);
        Assert.Equal((Outcome.Expected, 2L), (byNumber.Reply.Outcome, byNumber.Reply.ExpectedSequence));
        var next = await OpenAsync(Police, People, "a");
        Assert.Equal((Outcome.New, 2L, 2), (next.Reply.Outcome, next.Reply.Sequence, next.Reply.ResourceVersion));
        Assert.Equal((short)BatchState.Incomplete, await Database.SuperuserAsync("select state from datahub.batch where sequence = 1"));
    }

    [Fact]
    public async Task Open_TwiceAtOnce_IsOneBatch()
    {
        var openings = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => OpenAsync(Police, People, "a")));
        Assert.Single(openings.Select(opening => opening.Reply.BatchId).Distinct());
        Assert.Single(openings, opening => opening.Reply.Outcome is Outcome.New);
    }

    [Fact]
    public async Task Open_TwoSources_HaveSequencesOfTheirOwn()
    {
        Assert.Equal(1, (await OpenAsync(Police, People, "a")).Reply.Sequence);
        Assert.Equal((Outcome.New, 1L), ((await OpenAsync(PoliceTwo, People, "a")) is var other ? (other.Reply.Outcome, other.Reply.Sequence) : default));
    }

    [Fact]
    public async Task Open_WhatCannotBePushed_IsRefused()
    {
        await RefusedAsync("RESOURCE_UNKNOWN", () => OpenAsync(Police, "no_such", "a"));
        await RefusedAsync("RESOURCE_OF_OTHER_PROVIDER", () => OpenAsync(Land, People, "a"));
        Directory.Set(Schemas.Person with { Resource = "dog_licence" });
        await RefusedAsync("RESOURCE_NOT_PUSHABLE", () => OpenAsync(Police, "dog_licence", "a"));
        Assert.Equal(0, await CountAsync("batch"));
    }

    [Fact]
    public async Task Open_FieldThatIsWrong_IsNamed()
    {
        await RefusedAtAsync("RESOURCE_VERSION", "open.resource_version", open => open.ResourceVersion = 2);
        await RefusedAtAsync("BATCH_MODE", "open.mode", open => open.Mode = BatchMode.Unspecified);
        await RefusedAtAsync("FIELD_REQUIRED", "open.resource", open => open.Resource = " ");
        await RefusedAtAsync("FIELD_REQUIRED", "open.watermark", open => open.Watermark = null);
        await RefusedAtAsync("FIELD_RANGE", "open.watermark", open => open.Watermark = new Timestamp { Seconds = long.MaxValue });
        await RefusedAtAsync("FIELD_RANGE", "open.watermark", open => open.Watermark.Nanos = -1);
        await RefusedAtAsync("WATERMARK_FUTURE", "open.watermark", open => open.Watermark = Timestamp.FromDateTimeOffset(Time.GetUtcNow().AddMinutes(5).AddTicks(1)));
        await RefusedAtAsync("FIELD_LENGTH", "open.content_digest", open => open.ContentDigest = ByteString.CopyFrom(new byte[31]));
        await RefusedAtAsync("FIELD_RANGE", "open.sequence", open => open.Sequence = -1);
    }

    [Fact]
    public async Task Open_ClockOfTheSourceALittleAhead_IsForgiven()
    {
        var open = Opening(People, "a");
        open.Watermark = Timestamp.FromDateTimeOffset(Time.GetUtcNow().AddMinutes(5));
        Assert.Equal(Outcome.New, (await Register.OpenAsync(Police, open, Token)).Reply.Outcome);
    }

    private OpenBatch AsOfStart(string content)
    {
        var open = Opening(People, content);
        open.Watermark = Timestamp.FromDateTimeOffset(new TestKit.ManualTime().GetUtcNow());
        return open;
    }

    private async Task<BatchReceipt> PushTwoChunksAsync(string content)
    {
        var opening = await OpenAsync(Police, People, content);
        await Intake.TakeAsync(opening.Batch!, First, new SeenKeys(), Token);
        await Intake.TakeAsync(opening.Batch!, Second, new SeenKeys(), Token);
        return await Register.CompleteAsync(opening.Batch!, opening.Reply.Sequence, ManifestOf(First, Second), Token);
    }

    private async Task RefusedAtAsync(string code, string field, Action<OpenBatch> change)
    {
        var open = Opening(People, "a");
        change(open);
        Assert.Equal(field, (await RefusedAsync(code, () => Register.OpenAsync(Police, open, Token))).Field);
    }
}
