using System.Security.Cryptography;
using DataHub.Crypto.Sealing;
using DataHub.EventStore.Postgres;
using DataHub.Kernel.Faults;
using DataHub.Ledger.Storage;
using Npgsql;
using NpgsqlTypes;

namespace DataHub.Ledger.Writing;

/// <summary>Replies kept for repetitions of their request.</summary>
internal sealed class Replies(PostgresDataSources sources, DayKeys dayKeys, TimeProvider time)
{
    private static readonly TimeSpan RepeatableFor = TimeSpan.FromHours(24);

    /// <summary>Those known of some requests: for each key its digest and reply as kept.</summary>
    public async Task<IReadOnlyDictionary<(string Account, string RequestId), KeptReply>> FindAsync(IReadOnlyList<ReplyKey> requests, CancellationToken cancellationToken)
    {
        await using var command = sources.Hub.CreateCommand(LedgerSql.FindReplies);
        command.Parameters.Add(LeafTable.Column(requests, key => key.Account, NpgsqlDbType.Text));
        command.Parameters.Add(LeafTable.Column(requests, key => key.RequestId, NpgsqlDbType.Text));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new Dictionary<(string Account, string RequestId), KeptReply>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var value = new SealedValue(reader.GetInt64(3), reader.GetFieldValue<byte[]>(4));
            found[(reader.GetString(0), reader.GetString(1))] = new KeptReply(reader.GetFieldValue<byte[]>(2), value, reader.GetFieldValue<DateTimeOffset>(5));
        }

        return found;
    }

    /// <summary>The reply to send to a request that was answered before.</summary>
    /// <exception cref="FaultException">Other content, or too long ago: <c>REQUEST_ID_REUSED</c>.</exception>
    public async Task<byte[]> OpenAsync(ReplyKey request, KeptReply kept, CancellationToken cancellationToken)
    {
        var isSame = CryptographicOperations.FixedTimeEquals(kept.Digest, request.Digest) && time.GetUtcNow() - kept.At <= RepeatableFor;
        return isSame && await dayKeys.FindAsync(kept.Sealed.K, cancellationToken) is { } key
            ? Seal.Open(key, PlaceOf(request), kept.Sealed)
            : throw LedgerFaults.RequestIdReused();
    }

    /// <summary>Adds replies, in an order that is the same for all nodes: whoever waits for a twin then never waits in a circle.</summary>
    public static NpgsqlBatchCommand Insert(IReadOnlyList<(ReplyKey Key, byte[] Reply)> replies, DataKey key, DateTimeOffset at)
    {
        var rows = replies.OrderBy(row => row.Key.Account, StringComparer.Ordinal).ThenBy(row => row.Key.RequestId, StringComparer.Ordinal).ToList();
        return new NpgsqlBatchCommand(LedgerSql.InsertReplies)
        {
            Parameters =
            {
                LeafTable.Column(rows, row => row.Key.Account, NpgsqlDbType.Text),
                LeafTable.Column(rows, row => row.Key.RequestId, NpgsqlDbType.Text),
                LeafTable.Column(rows, row => row.Key.Digest, NpgsqlDbType.Bytea),
                new NpgsqlParameter<long> { TypedValue = key.Number },
                LeafTable.Column(rows, row => Seal.Close(key, PlaceOf(row.Key), row.Reply).C, NpgsqlDbType.Bytea),
                LeafTable.Time(at),
            },
        };
    }

    private static string PlaceOf(ReplyKey request) => $"ledger_reply/{request.Account}/{request.RequestId}";
}

/// <summary>A reply as it is kept.</summary>
internal sealed record KeptReply(byte[] Digest, SealedValue Sealed, DateTimeOffset At);
