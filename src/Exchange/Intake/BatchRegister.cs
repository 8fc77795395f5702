using System.Security.Cryptography;
using DataHub.Crypto.Sealing;
using DataHub.EventStore;
using DataHub.EventStore.Sealing;
using DataHub.EventStore.Streams;
using DataHub.Exchange.Adapters;
using DataHub.Exchange.Storage;
using DataHub.Kernel.Access;
using DataHub.Kernel.Faults;
using DataHub.Kernel.Resources;
using DataHub.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Npgsql;

namespace DataHub.Exchange.Intake;

/// <summary>Opens and completes batches: one dense sequence for each source and resource, repeated openings find what stands.</summary>
internal sealed class BatchRegister(
    IEventStore events, SubjectKeys subjectKeys, KeyRing keys, ChunkLog chunkLog, IResourceDirectory directory, IEnumerable<IRecordAdapter> adapters, TimeProvider time)
{
    private const int DigestBytes = 32;
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    /// <summary>Opens a batch for a source, or finds it again.</summary>
    /// <exception cref="FaultException">Unknown resource, another provider's, a version that is gone, a watermark in the future, a malformed field.</exception>
    public async Task<Opening> OpenAsync(Caller caller, OpenBatch request, CancellationToken cancellationToken)
    {
        var (schema, adapter) = await ResolveAsync(caller, request, cancellationToken);
        var watermark = WatermarkOf(request);
        var content = ContentDigest(request, watermark);

        await using var transaction = await events.BeginAsync(cancellationToken);
        await LockSourceAsync(transaction, caller, schema, cancellationToken);
        var found = await FindAsync(transaction, caller, schema, request.Sequence, content, cancellationToken);
        var opening = found is not null && (request.Sequence > 0 || found.CanGoOn(content, schema))
            ? await FindAgainAsync(found, content, caller, schema, adapter, transaction, cancellationToken)
            : await OpenNewAsync(found, content, watermark, request, caller, schema, adapter, transaction, cancellationToken);
        await transaction.CommitAsync();
        return opening;
    }

    /// <summary>Completes a batch when its manifest adds up; otherwise the batch ends incomplete.</summary>
    /// <exception cref="FaultException">The manifest differs from what arrived: <c>MANIFEST_MISMATCH</c>.</exception>
    public async Task<BatchReceipt> CompleteAsync(Batch batch, long sequence, CompleteBatch manifest, CancellationToken cancellationToken)
    {
        await using var transaction = await events.BeginAsync(cancellationToken);
        var row = await BatchRow.LockAsync(transaction, batch.Id, cancellationToken);
        if (row.Receipt is { } earlier)
        {
            return BatchReceipt.Parser.ParseFrom(earlier);
        }

        row.RequireOpen();
        var chunks = await chunkLog.ReadAsync(transaction, batch, cancellationToken);
        var digest = SHA256.HashData([.. chunks.SelectMany(chunk => chunk.Digest)]);
        if (MismatchOf(manifest, row, digest) is { } field)
        {
            await EndIncompleteAsync(transaction, batch.Id, cancellationToken);
            await transaction.CommitAsync();
            throw ExchangeFaults.Manifest(field);
        }

        var receipt = ReceiptOf(batch, sequence, row, digest);
        await using var command = new NpgsqlCommand(ExchangeSql.CompleteBatch, transaction.Connection)
        {
            Parameters = { Value(batch.Id), Value(receipt.ToByteArray()), Value(receipt.CompletedAt.ToDateTimeOffset()) },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync();
        return receipt;
    }

    private async Task<(ResourceSchema Schema, IRecordAdapter Adapter)> ResolveAsync(Caller caller, OpenBatch request, CancellationToken cancellationToken)
    {
        var resource = Require.Text(request.Resource, "open.resource", 40);
        if (request.Mode is not BatchMode.Incremental)
        {
            throw Require.Malformed("BATCH_MODE", "open.mode", "must be INCREMENTAL");
        }

        var schema = await directory.FindAsync(resource, cancellationToken) ?? throw ExchangeFaults.ResourceUnknown("open.resource");
        if (schema.Publisher != caller.Organisation)
        {
            throw ExchangeFaults.NotYourResource(resource);
        }

        if (request.ResourceVersion != 0 && request.ResourceVersion != schema.Version)
        {
            throw ExchangeFaults.VersionGone(resource, request.ResourceVersion, schema.Version);
        }

        return (schema, adapters.FirstOrDefault(adapter => adapter.Resource == resource) ?? throw ExchangeFaults.ResourceUntyped(resource));
    }

    private DateTimeOffset WatermarkOf(OpenBatch request)
    {
        var watermark = InstantOf(request.Watermark ?? throw Require.Malformed("FIELD_REQUIRED", "open.watermark", "is required"));
        return watermark > time.GetUtcNow() + ClockTolerance ? throw ExchangeFaults.WatermarkAhead() : watermark;
    }

    private static DateTimeOffset InstantOf(Timestamp timestamp)
    {
        try
        {
            return timestamp.ToDateTimeOffset();
        }
        catch (InvalidOperationException)
        {
            throw Require.Malformed("FIELD_RANGE", "open.watermark", "is not an instant between the years 1 and 9999");
        }
    }

    // The watermark belongs to what a batch says: the same rows a day later say that nothing has changed since.
    private byte[] ContentDigest(OpenBatch request, DateTimeOffset watermark)
    {
        if (request.ContentDigest.Length != DigestBytes)
        {
            throw Require.Malformed("FIELD_LENGTH", "open.content_digest", "must have 32 bytes");
        }

        return request.Sequence < 0
            ? throw Require.Malformed("FIELD_RANGE", "open.sequence", "must be 0 or above")
            : keys.Digest("batch", [.. request.ContentDigest.Span, .. BitConverter.GetBytes(watermark.UtcTicks)]);
    }

    private async Task<Opening> FindAgainAsync(
        FoundBatch found, byte[] content, Caller caller, ResourceSchema schema, IRecordAdapter adapter, EventTransaction transaction, CancellationToken cancellationToken)
    {
        var reply = new BatchOpened { BatchId = found.Id.ToString(), Sequence = found.Sequence, ResourceVersion = found.Version, Limits = PushLimit.Message };
        if (!found.Content.AsSpan().SequenceEqual(content))
        {
            reply.Outcome = BatchOpened.Types.Outcome.Equivocation;
            return new Opening(reply, null, [], null);
        }

        if (!found.CanGoOn(schema))
        {
            reply.Outcome = BatchOpened.Types.Outcome.Expected;
            reply.ExpectedSequence = await NextSequenceAsync(transaction, caller, schema, cancellationToken);
            return new Opening(reply, null, [], null);
        }

        var batch = new Batch(found.Id, caller.SystemId, schema, adapter, found.KeyNumber);
        var acks = await chunkLog.ReadAsync(transaction, batch, cancellationToken);
        reply.NextChunk = found.NextChunk;
        reply.Outcome = found.State is BatchState.Completed ? BatchOpened.Types.Outcome.Committed : BatchOpened.Types.Outcome.Resume;
        return new Opening(reply, found.State is BatchState.Open ? batch : null, acks, found.Receipt is null ? null : BatchReceipt.Parser.ParseFrom(found.Receipt));
    }

    private async Task<Opening> OpenNewAsync(
        FoundBatch? last, byte[] content, DateTimeOffset watermark, OpenBatch request, Caller caller, ResourceSchema schema, IRecordAdapter adapter, EventTransaction transaction, CancellationToken cancellationToken)
    {
        var next = await NextSequenceAsync(transaction, caller, schema, cancellationToken);
        var reply = new BatchOpened { Sequence = next, ResourceVersion = schema.Version, Limits = PushLimit.Message };
        if (request.Sequence > 0 && request.Sequence != next)
        {
            reply.Outcome = BatchOpened.Types.Outcome.Expected;
            reply.ExpectedSequence = next;
            return new Opening(reply, null, [], null);
        }

        if (last is { State: BatchState.Open })
        {
            await EndIncompleteAsync(transaction, last.Id, cancellationToken);
        }

        var batchKey = (await subjectKeys.CreateRecordKeysAsync(transaction, [new RecordKeyRequest([], UnderKeyEncryptionKey: true)], cancellationToken))[0];
        var batch = new Batch(Guid.CreateVersion7(time.GetUtcNow()), caller.SystemId, schema, adapter, batchKey.Number);
        await using var command = new NpgsqlCommand(ExchangeSql.OpenBatch, transaction.Connection)
        {
            Parameters =
            {
                Value(batch.Id), Value(caller.SystemId), Value(schema.Resource), Value(schema.Version), Value(next),
                Value(content), Value(watermark), Value(batchKey.Number), Value(time.GetUtcNow()),
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
        reply.Outcome = BatchOpened.Types.Outcome.New;
        reply.BatchId = batch.Id.ToString();
        return new Opening(reply, batch, [], null);
    }

    private static async Task LockSourceAsync(EventTransaction transaction, Caller caller, ResourceSchema schema, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ExchangeSql.LockSource, transaction.Connection)
        {
            Parameters = { Value(caller.SystemId), Value(schema.Resource) },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<FoundBatch?> FindAsync(
        EventTransaction transaction, Caller caller, ResourceSchema schema, long sequence, byte[] content, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ExchangeSql.BatchBySequence, transaction.Connection)
        {
            Parameters = { Value(caller.SystemId), Value(schema.Resource), Value(sequence), Value(content) },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new FoundBatch(
                reader.GetGuid(0),
                reader.GetInt32(1),
                reader.GetInt64(2),
                reader.GetFieldValue<byte[]>(3),
                (BatchState)reader.GetInt16(4),
                reader.GetInt64(5),
                reader.GetInt32(6),
                reader.IsDBNull(7) ? null : reader.GetFieldValue<byte[]>(7))
            : null;
    }

    private static async Task<long> NextSequenceAsync(EventTransaction transaction, Caller caller, ResourceSchema schema, CancellationToken cancellationToken) =>
        (await FindAsync(transaction, caller, schema, sequence: 0, content: [], cancellationToken))?.Sequence + 1 ?? 1;

    private static async Task EndIncompleteAsync(EventTransaction transaction, Guid batchId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ExchangeSql.EndIncomplete, transaction.Connection) { Parameters = { Value(batchId) } };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static string? MismatchOf(CompleteBatch manifest, BatchRow row, byte[] digest)
    {
        if (manifest.ChunkCount != row.NextChunk)
        {
            return "complete.chunk_count";
        }

        if (manifest.RowCount != row.Counts.Received)
        {
            return "complete.row_count";
        }

        return manifest.Digest.Span.SequenceEqual(digest) ? null : "complete.digest";
    }

    private BatchReceipt ReceiptOf(Batch batch, long sequence, BatchRow row, byte[] digest) => new()
    {
        BatchId = batch.Id.ToString(),
        Source = batch.Source,
        Resource = batch.Schema.Resource,
        ResourceVersion = batch.Schema.Version,
        Sequence = sequence,
        Counts = row.Counts,
        FirstEventSequence = row.FirstSequence ?? 0,
        LastEventSequence = row.LastSequence ?? 0,
        Digest = ByteString.CopyFrom(keys.Digest("manifest", digest)),
        CompletedAt = Timestamp.FromDateTimeOffset(time.GetUtcNow()),
    };

    private static NpgsqlParameter<T> Value<T>(T value) => new() { TypedValue = value };

    private sealed record FoundBatch(Guid Id, int Version, long Sequence, byte[] Content, BatchState State, long KeyNumber, int NextChunk, byte[]? Receipt)
    {
        // One batch is checked against one schema: when that has changed meanwhile, or the batch ended incomplete, the content is sent as a new batch.
        public bool CanGoOn(byte[] content, ResourceSchema schema) => Content.AsSpan().SequenceEqual(content) && CanGoOn(schema);

        public bool CanGoOn(ResourceSchema schema) => State is BatchState.Completed || (State is BatchState.Open && Version == schema.Version);
    }
}
