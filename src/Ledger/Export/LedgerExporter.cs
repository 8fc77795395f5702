using System.Data;
using System.Runtime.CompilerServices;
using System.Text;
using DataHub.EventStore.Postgres;
using DataHub.Kernel;
using DataHub.Kernel.Faults;
using DataHub.Ledger.Entries;
using DataHub.Ledger.Heads;
using DataHub.Ledger.Search;
using DataHub.Ledger.Storage;
using Npgsql;
using NpgsqlTypes;

namespace DataHub.Ledger.Export;

/// <summary>Exports the ledger of a database, from one snapshot: what is there, whatever became of it. Judging is the auditor's.</summary>
public sealed class LedgerExporter
{
    private const int LeavesAtOnce = 4_096;

    private readonly PostgresDataSources _sources;
    private readonly HubName _hub;

    internal LedgerExporter(PostgresDataSources sources, HubName hub) => (_sources, _hub) = (sources, hub);

    /// <summary>Writes an export into a folder that does not exist: all of it, or no folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="withEvents">With the events themselves, so that database and ledger can be compared.</param>
    /// <param name="cancellationToken">Stops and leaves nothing behind.</param>
    /// <exception cref="FaultException"><c>EXPORT_EXISTS</c>, <c>DATABASE_AWAY</c>.</exception>
    public Task<ExportCounts> WriteAsync(string folder, bool withEvents, CancellationToken cancellationToken) => PostgresFaults.GuardAsync(async () =>
    {
        await using var connection = await _sources.Reader.OpenConnectionAsync(cancellationToken);
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        var last = (long)(await Command(connection, ExportSql.LastSize).ExecuteScalarAsync(cancellationToken))!;
        var source = new ExportSource(
            LeavesAsync(connection, last, cancellationToken), PendingAsync(connection, last, cancellationToken), HeadsAsync(connection, cancellationToken), withEvents ? EventsAsync(connection, cancellationToken) : null);
        return await ExportWriter.WriteAsync(folder, _hub, source, cancellationToken);
    });

    /// <summary>Tiles that are not what the leaves' hashes give: proofs are made of them, and would fail. They are not in the export, which needs none.</summary>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>How many differ, are missing or too many.</returns>
    public Task<long> CountDamagedTilesAsync(CancellationToken cancellationToken) => PostgresFaults.GuardAsync(async () =>
    {
        await using var connection = await _sources.Reader.OpenConnectionAsync(cancellationToken);
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        return await TileCheck.RunAsync(connection, cancellationToken);
    });

    private static async IAsyncEnumerable<SignedHead> HeadsAsync(NpgsqlConnection connection, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var command = Command(connection, ExportSql.Heads);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            byte[][] chain = reader.IsDBNull(3) ? [] : reader.GetFieldValue<byte[][]>(3);
            yield return new SignedHead(reader.GetFieldValue<byte[]>(1), reader.GetFieldValue<byte[]>(2), [.. chain.Select(der => (ReadOnlyMemory<byte>)der)]);
        }
    }

    private static async IAsyncEnumerable<ExportedLeaf> LeavesAsync(NpgsqlConnection connection, long size, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var from = 0L; from < size; from += LeavesAtOnce)
        {
            foreach (var leaf in await WithEntriesAsync(connection, await PlacesAsync(connection, from, Math.Min(size, from + LeavesAtOnce), cancellationToken), cancellationToken))
            {
                yield return leaf;
            }
        }
    }

    private static async IAsyncEnumerable<ExportedLeaf> PendingAsync(NpgsqlConnection connection, long size, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var leaves = new List<Row>();
        await using (var command = Command(connection, ExportSql.Pending, new NpgsqlParameter<long> { TypedValue = size }))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                var stored = StoredLeaf.Map(reader);
                leaves.Add(new Row(null, stored.Leaf.Id, default, stored));
            }
        }

        foreach (var leaf in await WithEntriesAsync(connection, leaves, cancellationToken))
        {
            yield return leaf;
        }

        foreach (var orphans in (await EntriesAsync(Command(connection, ExportSql.Orphans), cancellationToken)).GroupBy(entry => entry.Place.LeafId))
        {
            yield return new ExportedLeaf(null, orphans.Key, default, default, [.. orphans.Select(BytesOf)], []);
        }
    }

    private static async IAsyncEnumerable<ExportedEvent> EventsAsync(NpgsqlConnection connection, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var command = Command(connection, ExportSql.Events);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            yield return new ExportedEvent(
                reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetInt64(3), reader.GetFieldValue<DateTimeOffset>(4), Encoding.UTF8.GetBytes(reader.GetString(5)));
        }
    }

    private static async Task<List<Row>> PlacesAsync(NpgsqlConnection connection, long from, long to, CancellationToken cancellationToken)
    {
        var rows = new List<Row>(LeavesAtOnce);
        await using var command = Command(connection, ExportSql.Leaves, new NpgsqlParameter<long> { TypedValue = from }, new NpgsqlParameter<long> { TypedValue = to });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new Row(reader.GetInt64(0), reader.GetInt64(1), reader.GetFieldValue<byte[]>(2), reader.IsDBNull(3) ? null : StoredLeaf.Map(reader, first: 3)));
        }

        return rows;
    }

    private static async Task<IEnumerable<ExportedLeaf>> WithEntriesAsync(NpgsqlConnection connection, List<Row> rows, CancellationToken cancellationToken)
    {
        var stored = rows.FindAll(row => row.Stored is not null);
        var command = Command(
            connection,
            ExportSql.Entries,
            LeafTable.Column(stored, row => row.Stored!.Leaf.At.UtcDateTime, NpgsqlDbType.TimestampTz),
            LeafTable.Column(stored, row => row.Stored!.Leaf.Id, NpgsqlDbType.Bigint));
        var entries = (await EntriesAsync(command, cancellationToken)).ToLookup(entry => (entry.Place.LeafId, entry.Place.At));
        return rows.Select(row => row.Stored is not { } leaf
            ? new ExportedLeaf(row.Index, row.LeafId, row.Hash, default, [], [])
            : new ExportedLeaf(row.Index, row.LeafId, row.Hash, BytesOf(leaf.Leaf), [.. entries[(leaf.Leaf.Id, leaf.Leaf.At)].Select(BytesOf)], EventsOf(leaf)));
    }

    private static async Task<List<RecordedEntry>> EntriesAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using (command)
        {
            var entries = new List<RecordedEntry>();
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                entries.Add(EntryRows.Map(reader));
            }

            return entries;
        }
    }

    private static ReadOnlyMemory<byte> BytesOf(RecordedEntry entry) => EntryBytes.Of(entry.Entry);

    // A root that is not 32 bytes is nothing a leaf can be read from; it goes out all the same.
    private static byte[] BytesOf(Leaf leaf)
    {
        const int RootBytes = 32;
        return leaf.Root.Length == RootBytes ? leaf.ToBytes() : [.. (leaf with { Root = new byte[RootBytes] }).ToBytes()[..^RootBytes], .. leaf.Root.Span];
    }

    private static LeafEvent[] EventsOf(StoredLeaf leaf) => [.. Enumerable.Range(0, leaf.EventCount).Select(ordinal => new LeafEvent(leaf.SequenceOf(ordinal), leaf.HashOf(ordinal)))];

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        command.Parameters.AddRange(parameters);
        return command;
    }

    private sealed record Row(long? Index, long LeafId, ReadOnlyMemory<byte> Hash, StoredLeaf? Stored);
}
