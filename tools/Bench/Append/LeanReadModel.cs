using DataHub.EventStore;
using DataHub.EventStore.Streams;
using Npgsql;
using NpgsqlTypes;

namespace DataHub.Bench.Append;

/// <summary>The leanest read model a record can have, kept in the transaction of the append: key, version, the event it rests on, a digest.</summary>
internal sealed class LeanReadModel : ITransactionParticipant
{
    public const string Table = """
        create table datahub.bench_current (
            key     text collate "C" not null,
            version int    not null,
            seq_id  bigint not null,
            content bytea  not null,
            constraint pk_bench_current primary key (key)
        );
        grant select, insert, truncate on datahub.bench_current to datahub_hub
        """;

    public const string Copy = "copy datahub.bench_current (key, version, seq_id, content) from stdin (format binary)";

    public static readonly byte[] Content = new byte[32];

    private const string Insert = """
        insert into datahub.bench_current (key, version, seq_id, content)
        select * from unnest($1, $2, $3, $4)
        """;

    public async Task OnAppendedAsync(EventTransaction transaction, IReadOnlyList<AppendedEvent> events, CancellationToken cancellationToken)
    {
        if (events.Count < 500)
        {
            await InsertAsync(transaction.Connection, events, cancellationToken);
            return;
        }

        await using var copy = await transaction.Connection.BeginBinaryImportAsync(Copy, cancellationToken);
        string[] keys = [.. events.Select(e => ((BenchRecorded)e.Event.Data).Key)];
        AppendedEvent[] sorted = [.. events];
        Array.Sort(keys, sorted, StringComparer.Ordinal);
        foreach (var (key, e) in keys.Zip(sorted))
        {
            await copy.StartRowAsync(cancellationToken);
            await copy.WriteAsync(key, NpgsqlDbType.Text, cancellationToken);
            await copy.WriteAsync((int)e.Version, NpgsqlDbType.Integer, cancellationToken);
            await copy.WriteAsync(e.Sequence, NpgsqlDbType.Bigint, cancellationToken);
            await copy.WriteAsync(Content, NpgsqlDbType.Bytea, cancellationToken);
        }

        await copy.CompleteAsync(cancellationToken);
    }

    private static async Task InsertAsync(NpgsqlConnection connection, IReadOnlyList<AppendedEvent> events, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Insert, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<string[]> { TypedValue = [.. events.Select(e => ((BenchRecorded)e.Event.Data).Key)] },
                new NpgsqlParameter<int[]> { TypedValue = [.. events.Select(e => (int)e.Version)] },
                new NpgsqlParameter<long[]> { TypedValue = [.. events.Select(e => e.Sequence)] },
                new NpgsqlParameter<byte[][]> { TypedValue = [.. events.Select(_ => Content)] },
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
