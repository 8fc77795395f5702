using DataHub.EventStore.Postgres;
using Npgsql;
using NpgsqlTypes;

namespace DataHub.Host.Ledgering;

/// <summary>Months of the ledger in the database, as their owner, the only one who can drop them.</summary>
internal sealed class MonthArchive(PostgresDataSources sources)
{
    private const string Months = """
        select distinct right(c.relname, 6) from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where  i.inhparent = any('{datahub.ledger_leaf, datahub.ledger_entry}'::regclass[]) and right(c.relname, 6) < $1
        order  by 1
        """;

    private const string Pending = """
        select exists (select from ledger_leaf l where l.at < $1 and not exists (
            select from leaf_sequence s where s.leaf_id = l.leaf_id and s.idx < (select coalesce(max(size), 0) from ledger_head)))
        """;

    /// <summary>The months before an instant, oldest first, <c>yyyyMM</c>.</summary>
    public async Task<IReadOnlyList<string>> MonthsBeforeAsync(DateTimeOffset first, CancellationToken cancellationToken)
    {
        await using var command = sources.Owner.CreateCommand(Months);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = first.UtcDateTime.ToString("yyyyMM", System.Globalization.CultureInfo.InvariantCulture) });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var months = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
        {
            months.Add(reader.GetString(0));
        }

        return months;
    }

    /// <summary>Whether a leaf from before an instant is under no head yet.</summary>
    public async Task<bool> HasPendingAsync(DateTimeOffset first, CancellationToken cancellationToken)
    {
        await using var command = sources.Owner.CreateCommand(Pending);
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = first.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    /// <summary>Drops months, in one transaction. Their names come from the catalogue of the database and are six digits.</summary>
    public async Task DropAsync(IReadOnlyList<string> months)
    {
        await using var connection = await sources.Owner.OpenConnectionAsync(CancellationToken.None);
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { new("set local lock_timeout = '30s'") } };
        foreach (var month in months.Where(month => month.All(char.IsAsciiDigit)))
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand($"drop table if exists datahub.ledger_entry_{month}, datahub.ledger_leaf_{month}"));
        }

        await batch.ExecuteNonQueryAsync(CancellationToken.None);
    }
}
