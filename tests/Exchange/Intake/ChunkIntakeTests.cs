using System.Security.Cryptography;
using System.Text;
using DataHub.Crypto.Sealing;
using DataHub.EventStore.Streams;
using DataHub.Exchange.Intake;
using DataHub.Exchange.Quarantine;
using DataHub.Exchange.Records;
using DataHub.V1;
using Google.Protobuf;

namespace DataHub.Exchange.Tests.Intake;

public sealed class ChunkIntakeTests(ExchangeFixture postgres) : ExchangeTest(postgres)
{
    private static readonly Record Bad = Rows.Person(p => (p.ResidentId, p.FullName) = ("110105194912310021", "欧阳春秋"));

    [Fact]
    public async Task Take_Mixed_CountsEachRowOnceAndExplainsTheRejected()
    {
        var ack = await TakeAsync(
            await NewBatchAsync(Police, "population_person"), Rows.Person(), Bad, Rows.PersonOf(981, "李四"), Rows.PersonOf(981, "李思"), Rows.PersonOf(982, "王五 "));
        AssertCounts(ack.Counts, received: 5, accepted: 3, repeated: 1, quarantined: 1, warned: 2);
        var rejected = Assert.Single(ack.Rejected);
        Assert.Equal((1, "P1"), (rejected.Row, rejected.SourceRecordId));
        Assert.Equal([("resident_id", "identifier")], rejected.Reasons.Select(reason => (reason.Field, reason.Rule)));
    }

    [Fact]
    public async Task Take_RowsOfOneKey_TheLastCounts()
    {
        await TakeAsync(await NewBatchAsync(Police, "population_person"), Rows.PersonOf(981, "李四"), Rows.PersonOf(981, "李思"));
        var record = Assert.Single(await Queries.CurrentAsync("population_person", SubjectOf(Rows.Resident(981)), "person", Token));
        Assert.Equal("李思", record.Fields["full_name"]);
        Assert.Equal(1, await CountAsync("mt_events"));
    }

    [Fact]
    public async Task Take_KeyOfAnEarlierChunk_IsWarnedOfAndAppliedWhereChanged()
    {
        var batch = await NewBatchAsync(Police, "population_person");
        var seen = new SeenKeys();
        await Intake.TakeAsync(batch, ChunkOf(0, Rows.Person(), Rows.PersonOf(981)), seen, Token);
        var ack = await Intake.TakeAsync(batch, ChunkOf(1, Rows.Person(), Rows.PersonOf(981, "李思"), Rows.PersonOf(982)), seen, Token);
        AssertCounts(ack.Counts, received: 3, accepted: 2, unchanged: 1, warned: 2);
        Assert.Equal(2L, await Database.SuperuserAsync("select failed from datahub.quality_count where rule = 'duplicate_key'"));
        Assert.Equal(5L, await Database.SuperuserAsync("select checked from datahub.quality_count where rule = 'duplicate_key'"));
    }

    [Fact]
    public async Task Take_EqualContent_AppendsNothing_ChangedContentAppendsVersionTwo()
    {
        await PushAsync(Police, "population_person", "1", [Rows.Person()]);
        var again = await PushAsync(Police, "population_person", "2", [Rows.Person()]);
        AssertCounts(again.Counts, received: 1, unchanged: 1);
        Assert.Equal((0, 0), (again.FirstEventSequence, again.LastEventSequence));

        await PushAsync(Police, "population_person", "3", [Rows.Person(p => p.Education = "22")]);
        var until = Rows.Person(p => p.Education = "22");
        until.ValidTo = "2030-12-31";
        var dated = await PushAsync(Police, "population_person", "4", [until]);
        AssertCounts(dated.Counts, received: 1, accepted: 1);

        var key = (string)(await Database.SuperuserAsync("select key from datahub.record_current"))!;
        var stream = await Store.ReadAsync($"qinghe/population_person/{key}", cancellationToken: Token);
        Assert.Equal(3, stream.Version);
        Assert.Equal(3L, await Database.SuperuserAsync("select version from datahub.record_current"));
        var last = Assert.IsType<RecordAsserted>(stream.Events[^1].Data);
        Assert.Equal((new DateOnly(2030, 12, 31), "police-fep-1", dated.BatchId), (last.ValidTo, last.Source, last.BatchId.ToString()));
        Assert.Equal((stream.Events[^1].Sequence, stream.Events[^1].Sequence), (dated.FirstEventSequence, dated.LastEventSequence));
    }

    [Fact]
    public async Task Take_Stored_ShowsNoPersonAnywhereInTheDatabase()
    {
        await PushAsync(Police, "population_person", "1", [Rows.Person(), Bad]);
        await PushAsync(Land, "real_property_right", "1", [Rows.Property(null, Rows.Owner("张三丰", Rows.Zhang), Rows.Owner("李四光", Rows.Resident(981)))]);
        await PushAsync(Market, "legal_entity", "1", [Rows.Trader()]);
        string[] personal =
        [
            Rows.Zhang, "110105194912310021", Rows.Resident(981), Rows.SoleTrader, Rows.SoleTrader[8..17], "张三丰", "李四光", "欧阳春秋", "面馆", "后街7号", "梅花路", "1949-12-31", "13800000000",
            "330382001002GB00010F00010001", "0001234", "王五六",
        ];
        foreach (var table in (string[])["mt_events", "mt_streams", "record_current", "record_subject", "batch", "batch_chunk", "quarantine", "quality_count", "subject_key"])
        {
            var text = (string)(await Database.SuperuserAsync($"select coalesce(string_agg(t::text, ' '), '') from datahub.{table} t"))!;
            Assert.NotEqual("", text);
            Assert.All(personal, value =>
            {
                Assert.DoesNotContain(value, text, StringComparison.Ordinal);
                Assert.DoesNotContain(Convert.ToHexStringLower(Encoding.UTF8.GetBytes(value)), text, StringComparison.Ordinal);
            });
        }
    }

    [Fact]
    public async Task Take_RejectedRow_IsKeptSealedForItsPerson()
    {
        var batch = await NewBatchAsync(Police, "population_person");
        var known = Rows.Person(p => p.FullName = "");
        await TakeAsync(batch, known, Bad);
        Assert.Equal("[{\"Rule\": \"required\", \"Field\": \"full_name\"}]", await Database.SuperuserAsync("select findings::text from datahub.quarantine where row = 0"));

        // A row whose person is not known is sealed under the batch's key.
        Assert.Equal(batch.KeyNumber, await Database.SuperuserAsync("select key_no from datahub.quarantine where row = 1"));
        Assert.Equal(Bad, Record.Parser.ParseFrom((await OpenQuarantineAsync(batch, 1))!));
        Assert.Equal(known, Record.Parser.ParseFrom((await OpenQuarantineAsync(batch, 0))!));
        await EraseAsync(SubjectOf(Rows.Zhang));
        Assert.Null(await OpenQuarantineAsync(batch, 0));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task Take_ChunkThatIsNotDue_IsRefusedAndNothingStored(int index)
    {
        var batch = await NewBatchAsync(Police, "population_person");
        await RefusedAsync("CHUNK_INDEX", () => Intake.TakeAsync(batch, ChunkOf(index, Rows.Person()), new SeenKeys(), Token));
        Assert.Equal((0, 0), (await CountAsync("mt_events"), await CountAsync("batch_chunk")));
    }

    [Fact]
    public async Task Take_SameChunkTwiceAtOnce_OneIsTaken()
    {
        var batch = await NewBatchAsync(Police, "population_person");
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => TryAsync(() => TakeAsync(batch, Rows.Person()))));
        Assert.Equal(["CHUNK_INDEX", "CHUNK_INDEX", "CHUNK_INDEX", "taken"], outcomes.Order());
        Assert.Equal(1, await CountAsync("mt_events"));
    }

    [Fact]
    public async Task Take_BytesThatAreNoRecords_AreRefused()
    {
        var batch = await NewBatchAsync(Police, "population_person");
        var good = ChunkOf(0, Rows.Person());
        var changed = good.Clone();
        changed.Records = ByteString.CopyFrom([.. good.Records.Span[..^1], 0]);
        await RefusedAsync("CHUNK_DIGEST", () => TakeChunkAsync(batch, changed));
        await RefusedAsync("CHUNK_RECORDS", () => TakeChunkAsync(batch, Chunk([0xff, 0xff, 0xff])));
        await RefusedAsync("CHUNK_TOO_LARGE", () => TakeChunkAsync(batch, Chunk([])));
        await RefusedAsync("CHUNK_TOO_LARGE", () => TakeChunkAsync(batch, Chunk(new byte[PushLimit.MaxBytes + 1])));
        await RefusedAsync("CHUNK_TOO_LARGE", () => TakeChunkAsync(batch, ChunkOf(0, [.. Enumerable.Repeat(new Record(), PushLimit.MaxRecords + 1)])));
        Assert.Equal(0, await CountAsync("batch_chunk"));
        AssertCounts((await TakeChunkAsync(batch, good)).Counts, received: 1, accepted: 1);
    }

    [Fact]
    public async Task Take_AsManyRecordsAsAllowed_AreTaken()
    {
        var ack = await TakeAsync(await NewBatchAsync(Police, "population_person"), [.. Enumerable.Repeat(new Record(), PushLimit.MaxRecords)]);
        AssertCounts(ack.Counts, received: PushLimit.MaxRecords, quarantined: PushLimit.MaxRecords);
    }

    [Fact]
    public async Task Take_AnotherSourceFaster_ReadsAgainAndAppendsBehindIt()
    {
        var (mine, others) = (await NewBatchAsync(Police, "population_person"), await NewBatchAsync(PoliceTwo, "population_person"));
        Task<ChunkAck> taking;
        await using (var rival = await Store.BeginAsync(Token))
        {
            // The rival holds the person's new key, at which we wait when we have read that there is no record yet.
            var draft = Draft(Rows.Person(p => p.Education = "22"));
            var keys = await SubjectKeys.EnsureAsync(rival, [draft.Subjects[0].Id], Token);
            taking = TakeAsync(mine, Rows.Person());
            while (await Database.SuperuserAsync("select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'") is 0L)
            {
                Assert.False(taking.IsCompleted);
            }

            var sealer = new RecordSealer("qinghe", others.Source, others.Id);
            var asserted = new NewEvent
            {
                StreamId = sealer.StreamOf(draft),
                StreamType = "record",
                ExpectedVersion = 0,
                Data = sealer.Seal(draft, keys, sharedKey: null),
                State = new RecordState(draft.Content),
            };
            await rival.AppendAsync([asserted], Token);
            await rival.CommitAsync();
        }

        AssertCounts((await taking).Counts, received: 1, accepted: 1);
        Assert.Equal(2L, await Database.SuperuserAsync("select version from datahub.record_current"));
    }

    [Fact]
    public async Task Take_SourcesChangingTheSameRecordsAtOnce_AllEndWithoutALoss()
    {
        Record[] Rows(string name) => [.. Enumerable.Range(981, 15).Select(number => Tests.Rows.PersonOf(number, name))];
        Batch[] batches =
        [
            await NewBatchAsync(Police, "population_person"),
            await NewBatchAsync(PoliceTwo, "population_person"),
            await NewBatchAsync(Police with { SystemId = "police-fep-3" }, "population_person"),
        ];
        var acks = await Task.WhenAll(batches.Index().Select(batch => Task.Run(() => TakeAsync(batch.Item, [.. Rows($"李{"四五六"[batch.Index]}")]), Token)));
        Assert.All(acks, ack => AssertCounts(ack.Counts, received: 15, accepted: 15));
        Assert.Equal(45, await CountAsync("mt_events"));
        Assert.Equal(15L, await Database.SuperuserAsync("select count(*) from datahub.record_current where version = 3"));
    }

    private RecordDraft Draft(Record record)
    {
        var (adapter, schema) = Reading.AdapterOf(record);
        var keys = (KeyRing)Services.GetService(typeof(KeyRing))!;
        return new RowReader(adapter, schema, new SubjectReader(schema, keys)).Read(0, record, new Exchange.Quality.RuleRun(Reading.Today));
    }

    private async Task<byte[]?> OpenQuarantineAsync(Batch batch, int row)
    {
        var number = (long)(await Database.SuperuserAsync($"select key_no from datahub.quarantine where row = {row}"))!;
        var body = (byte[])(await Database.SuperuserAsync($"select body from datahub.quarantine where row = {row}"))!;
        return (await SubjectKeys.OpenAsync([number], Token)).TryGetValue(number, out var key)
            ? Seal.Open(key, QuarantineStore.PlaceOf(batch.Id, 0, row), new SealedValue(number, body))
            : null;
    }

    private Task<ChunkAck> TakeChunkAsync(Batch batch, Chunk chunk) => Intake.TakeAsync(batch, chunk, new SeenKeys(), Token);

    private static Chunk Chunk(byte[] records) => new() { Records = ByteString.CopyFrom(records), Digest = ByteString.CopyFrom(SHA256.HashData(records)) };

    private static async Task<string> TryAsync(Func<Task> act)
    {
        try
        {
            await act();
            return "taken";
        }
        catch (Kernel.Faults.FaultException fault)
        {
            return fault.Code;
        }
    }
}
