using DataHub.EventStore.Postgres;
using DataHub.Ledger.Storage;
using Npgsql;
using NpgsqlTypes;

namespace DataHub.Ledger.Search;

/// <summary>Finds entries, in the order they were written, page by page. Whoever shows them records that it did.</summary>
public sealed class LedgerSearch
{
    private const int MaxSeconds = 20;

    private readonly PostgresDataSources _sources;

    internal LedgerSearch(PostgresDataSources sources) => _sources = sources;

    /// <summary>One page.</summary>
    /// <param name="query">What is wanted.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="ArgumentOutOfRangeException">More rows than a page may have.</exception>
    /// <exception cref="Kernel.Faults.FaultException"><c>DATABASE_AWAY</c>.</exception>
    public Task<IReadOnlyList<RecordedEntry>> FindAsync(LedgerQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.MaxRows, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.MaxRows, LedgerQuery.MaxPage);
        return PostgresFaults.GuardAsync(() => ReadAsync(query, cancellationToken));
    }

    private async Task<IReadOnlyList<RecordedEntry>> ReadAsync(LedgerQuery query, CancellationToken cancellationToken)
    {
        await using var command = _sources.Reader.CreateCommand();
        command.CommandTimeout = MaxSeconds;
        command.CommandText = $"select {EntryRows.Columns} from ledger_entry where {Conditions(query, command)} order by at, leaf_id, ordinal limit {Add(command, query.MaxRows)}";
        var found = new List<RecordedEntry>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            found.Add(EntryRows.Map(reader));
        }

        return found;
    }

    // A statement for each set of conditions, all of them texts of ours: so that the index for what is given can be used.
    private static string Conditions(LedgerQuery query, NpgsqlCommand command)
    {
        var conditions = new List<string> { "true" };
        void Equal<T>(string column, T? value)
        {
            if (value is not null)
            {
                conditions.Add($"{column} = {Add(command, value)}");
            }
        }

        Equal("subject", query.Subject);
        Equal("account", query.Account);
        Equal("organisation", query.Organisation);
        Equal("case_no", query.CaseNo);
        Equal("method", query.Method);
        Equal("outcome", query.Outcome);
        if (query.From is { } from)
        {
            conditions.Add($"at >= {Add(command, from.UtcDateTime)}");
        }

        if (query.To is { } to)
        {
            conditions.Add($"at < {Add(command, to.UtcDateTime)}");
        }

        if (query.Kinds.Count > 0)
        {
            conditions.Add($"kind = any({Add(command, query.Kinds.Select(kind => (short)kind).ToArray())})");
        }

        if (query.After is { } after)
        {
            // The first is implied by the second; it tells the planner which months and which part of the index.
            var at = Add(command, after.At.UtcDateTime);
            conditions.Add($"at >= {at} and (at, leaf_id, ordinal) > ({at}, {Add(command, after.LeafId)}, {Add(command, after.Ordinal)})");
        }

        return string.Join(" and ", conditions);
    }

    private static string Add<T>(NpgsqlCommand command, T value)
    {
        command.Parameters.Add(value is DateTime time
            ? new NpgsqlParameter<DateTime> { TypedValue = time, NpgsqlDbType = NpgsqlDbType.TimestampTz }
            : new NpgsqlParameter<T> { TypedValue = value });
        return $"${command.Parameters.Count}";
    }
}
