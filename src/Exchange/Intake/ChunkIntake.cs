using System.Security.Cryptography;
using DataHub.Crypto.Sealing;
using DataHub.EventStore;
using DataHub.EventStore.Postgres;
using DataHub.EventStore.Sealing;
using DataHub.EventStore.Streams;
using DataHub.Exchange.Quality;
using DataHub.Exchange.Quarantine;
using DataHub.Exchange.Records;
using DataHub.Exchange.Storage;
using DataHub.Kernel;
using DataHub.Kernel.Faults;
using DataHub.Kernel.Time;
using DataHub.V1;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Npgsql;

namespace DataHub.Exchange.Intake;

/// <summary>
/// Takes in chunks, each in one transaction: 1 parse and check the rows, 2 fence the batch, 3 compare with what is current, 4 seal,
/// 5 append events (read model and subject index follow inside the append), 6 quarantine, counts and acknowledgement, 7 commit.
/// Nothing of a chunk is visible before its commit, and the acknowledgement leaves after it.
/// </summary>
internal sealed class ChunkIntake(
    IEventStore events, SubjectKeys subjectKeys, KeyRing keys, ChunkLog chunkLog, QuarantineStore quarantine, HubName hub, TimeProvider time)
{
    private const int KeyHashBytes = 8;
    private const int MaxAttempts = 5;

    /// <summary>Takes one chunk in.</summary>
    /// <param name="batch">The open batch.</param>
    /// <param name="chunk">The chunk as sent.</param>
    /// <param name="seen">Keys of the batch so far; the chunk's are added when it is durable.</param>
    /// <param name="cancellationToken">Stops before the commit, never in it.</param>
    /// <returns>The acknowledgement; durable.</returns>
    public async Task<ChunkAck> TakeAsync(Batch batch, Chunk chunk, SeenKeys seen, CancellationToken cancellationToken)
    {
        var records = Parse(chunk);
        var rules = new RuleRun(CivilTime.Today(time));
        var reader = new RowReader(batch.Adapter, batch.Schema, new SubjectReader(batch.Schema, keys));
        var drafts = records.Select((record, row) => reader.Read(row, record, rules)).ToList();
        var hashes = drafts.Where(draft => !draft.IsRejected).ToDictionary(draft => draft, draft => HashOf(batch, draft));
        var repeated = MarkRepeats(drafts, hashes, seen, rules);

        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var ack = await WriteAsync(batch, chunk, drafts, repeated, rules, [.. hashes.Values.SelectMany(hash => hash)], cancellationToken);
                seen.Add(hashes.Values);
                return ack;
            }
            catch (Exception e) when ((e as FaultException ?? PostgresFaults.Of(e)) is { Kind: FaultKind.Conflict, Code: not "CHUNK_INDEX" } && attempt < MaxAttempts)
            {
                // Another source changed one of these records between our reading and writing: read again.
            }
        }
    }

    private static RepeatedField<Record> Parse(Chunk chunk)
    {
        if (chunk.Records.Length > PushLimit.MaxBytes)
        {
            throw ExchangeFaults.ChunkTooLarge(PushLimit.MaxRecords, PushLimit.MaxBytes);
        }

        if (!SHA256.HashData(chunk.Records.Span).AsSpan().SequenceEqual(chunk.Digest.Span))
        {
            throw ExchangeFaults.ChunkDigest();
        }

        try
        {
            var records = RecordList.Parser.WithDiscardUnknownFields(true).ParseFrom(chunk.Records).Records;
            return records.Count is > 0 and <= PushLimit.MaxRecords ? records : throw ExchangeFaults.ChunkTooLarge(PushLimit.MaxRecords, PushLimit.MaxBytes);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw ExchangeFaults.ChunkMalformed(e);
        }
    }

    // The last row of a key counts; earlier ones, in this chunk or the batch, are repeats and are warned of.
    private static HashSet<RecordDraft> MarkRepeats(List<RecordDraft> drafts, Dictionary<RecordDraft, byte[]> hashes, SeenKeys seen, RuleRun rules)
    {
        var superseded = new HashSet<RecordDraft>();
        var newest = new Dictionary<string, RecordDraft>(StringComparer.Ordinal);
        foreach (var draft in drafts.Where(draft => !draft.IsRejected))
        {
            var inChunk = newest.TryGetValue(draft.Key, out var earlier);
            if (inChunk)
            {
                superseded.Add(earlier!);
            }

            rules.Check(draft, "duplicate_key", "", !inChunk && !seen.Contains(hashes[draft]));
            newest[draft.Key] = draft;
        }

        return superseded;
    }

    private async Task<ChunkAck> WriteAsync(
        Batch batch, Chunk chunk, List<RecordDraft> drafts, HashSet<RecordDraft> superseded, RuleRun rules, byte[] keyHashes, CancellationToken cancellationToken)
    {
        await using var transaction = await events.BeginAsync(cancellationToken);
        var row = await BatchRow.LockAsync(transaction, batch.Id, cancellationToken);
        row.RequireOpen();
        if (row.NextChunk != chunk.Index)
        {
            throw ExchangeFaults.ChunkDue(row.NextChunk, chunk.Index);
        }

        var candidates = drafts.Where(draft => !draft.IsRejected && !superseded.Contains(draft)).ToList();
        var current = await CurrentAsync(transaction, batch, candidates, cancellationToken);
        var changed = candidates.Where(draft => !current.TryGetValue(draft.Key, out var now) || !now.Content.AsSpan().SequenceEqual(draft.Content)).ToList();
        var rejected = drafts.Where(draft => draft.IsRejected).ToList();

        var appended = await AppendAsync(transaction, batch, changed, current, cancellationToken);
        await quarantine.WriteAsync(transaction, batch, chunk.Index, rejected, time.GetUtcNow(), cancellationToken);
        await QualityCounts.AddAsync(transaction, batch.Id, rules, cancellationToken);

        var ack = AckOf(chunk, drafts, rejected, changed.Count, candidates.Count - changed.Count, superseded.Count);
        await chunkLog.WriteAsync(transaction, batch, new ToldChunk(ack, chunk.Digest.ToByteArray(), keyHashes), cancellationToken);
        await AdvanceAsync(transaction, batch, ack, appended, cancellationToken);
        await transaction.CommitAsync();
        return ack;
    }

    private static async Task<Dictionary<string, (long Version, byte[] Content)>> CurrentAsync(
        EventTransaction transaction, Batch batch, List<RecordDraft> candidates, CancellationToken cancellationToken)
    {
        var current = new Dictionary<string, (long, byte[])>(StringComparer.Ordinal);
        await using var command = new NpgsqlCommand(ExchangeSql.CurrentByKeys, transaction.Connection)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = batch.Schema.Resource },
                new NpgsqlParameter<string[]> { TypedValue = [.. candidates.Select(draft => draft.Key)] },
            },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            current[reader.GetString(0)] = (reader.GetInt64(1), reader.GetFieldValue<byte[]>(2));
        }

        return current;
    }

    private async Task<AppendResult?> AppendAsync(
        EventTransaction transaction, Batch batch, List<RecordDraft> changed, Dictionary<string, (long Version, byte[] Content)> current, CancellationToken cancellationToken)
    {
        if (changed.Count == 0)
        {
            return null;
        }

        var sealer = new RecordSealer(hub.Value, batch.Source, batch.Id);
        var personKeys = await subjectKeys.EnsureAsync(transaction, RecordSealer.SubjectsOf(changed), cancellationToken);
        var shared = changed.Select(draft => (Draft: draft, Request: RecordSealer.SharedKeyOf(draft))).Where(pair => pair.Request is not null).ToList();
        var sharedKeys = (await subjectKeys.CreateRecordKeysAsync(transaction, [.. shared.Select(pair => pair.Request!)], cancellationToken))
            .Zip(shared).ToDictionary(pair => pair.Second.Draft, pair => pair.First);

        return await transaction.AppendAsync(
            [
                .. changed.Select(draft => new NewEvent
                {
                    StreamId = sealer.StreamOf(draft),
                    StreamType = "record",
                    ExpectedVersion = current.TryGetValue(draft.Key, out var now) ? now.Version : 0,
                    Data = sealer.Seal(draft, personKeys, sharedKeys.GetValueOrDefault(draft)),
                    State = new RecordState(draft.Content),
                }),
            ],
            cancellationToken);
    }

    private static ChunkAck AckOf(Chunk chunk, List<RecordDraft> drafts, List<RecordDraft> rejected, int accepted, int unchanged, int repeated)
    {
        var ack = new ChunkAck
        {
            Index = chunk.Index,
            Counts = new BatchCounts
            {
                Received = drafts.Count,
                Accepted = accepted,
                Unchanged = unchanged,
                Repeated = repeated,
                Quarantined = rejected.Count,
                Warned = drafts.Count(draft => !draft.IsRejected && draft.Warnings.Count > 0),
            },
        };
        ack.Rejected.AddRange(rejected.Select(draft => new RejectedRow
        {
            Row = draft.Row,
            SourceRecordId = draft.Source.SourceRecordId,
            Reasons = { draft.Rejections.Select(RuleBook.Current.Explain) },
        }));
        return ack;
    }

    private static async Task AdvanceAsync(
        EventTransaction transaction, Batch batch, ChunkAck ack, AppendResult? appended, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ExchangeSql.AdvanceBatch, transaction.Connection)
        {
            Parameters =
            {
                new NpgsqlParameter<Guid> { TypedValue = batch.Id },
                new NpgsqlParameter<long> { TypedValue = ack.Counts.Received },
                new NpgsqlParameter<long> { TypedValue = ack.Counts.Accepted },
                new NpgsqlParameter<long> { TypedValue = ack.Counts.Unchanged },
                new NpgsqlParameter<long> { TypedValue = ack.Counts.Repeated },
                new NpgsqlParameter<long> { TypedValue = ack.Counts.Quarantined },
                new NpgsqlParameter<long> { TypedValue = ack.Counts.Warned },
                new NpgsqlParameter<long?> { TypedValue = appended?.FirstSequence },
                new NpgsqlParameter<long?> { TypedValue = appended?.LastSequence },
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private byte[] HashOf(Batch batch, RecordDraft draft) =>
        keys.Digest($"seen/{batch.Id}", System.Text.Encoding.UTF8.GetBytes(draft.Key))[..KeyHashBytes];
}
