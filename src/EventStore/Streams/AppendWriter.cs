using Npgsql;
using NpgsqlTypes;

namespace DataHub.EventStore.Streams;

/// <summary>Writes the events of one prepared append whose streams are taken. Sequences are taken as late as can be.</summary>
internal sealed class AppendWriter(NpgsqlConnection connection, PreparedAppend append)
{
    private const long MaxStatementBytes = 16 << 20;

    /// <summary>Writes the events.</summary>
    /// <param name="announce">Whether this is the transaction's first append, which tells readers of what is under way.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<IReadOnlyList<AppendedEvent>> WriteAsync(bool announce, CancellationToken cancellationToken)
    {
        if (append.Events.Count == 0)
        {
            return [];
        }

        // A statement is built whole in memory on both sides, a copy streams.
        var fitsAStatement = append.Events.Count < EventCopy.MinRows && append.Events.Sum(e => (long)e.Json.Length) <= MaxStatementBytes;
        var sequences = fitsAStatement
            ? await NumbersAsync(InsertCommand(), announce, cancellationToken)
            : await CopyAsync(announce, cancellationToken);
        return [.. append.Events.Select((e, at) => new AppendedEvent(e.Given, sequences[at], e.Version) { TypeAlias = e.Type.Alias, Id = e.Id, Timestamp = append.Time, Json = e.Json })];
    }

    private async Task<long[]> CopyAsync(bool announce, CancellationToken cancellationToken)
    {
        var take = new NpgsqlBatchCommand(EventSql.TakeSequences) { Parameters = { new NpgsqlParameter<int> { TypedValue = append.Events.Count } } };
        var sequences = await NumbersAsync(take, announce, cancellationToken);
        await new EventCopy(connection, append.Time).InsertEventsAsync(append, sequences, cancellationToken);
        return sequences;
    }

    private async Task<long[]> NumbersAsync(NpgsqlBatchCommand command, bool announce, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        if (announce)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(EventSql.AnnounceAppend));
        }

        batch.BatchCommands.Add(command);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        if (announce)
        {
            await reader.NextResultAsync(cancellationToken);
        }

        var numbers = new long[append.Events.Count];
        for (var i = 0; i < numbers.Length; i++)
        {
            await reader.ReadAsync(cancellationToken);
            numbers[i] = reader.GetInt64(0);
        }

        return numbers;
    }

    private NpgsqlBatchCommand InsertCommand() => new(EventSql.InsertEvents)
    {
        Parameters =
        {
            Columns.Of(append.Events, e => e.Id, NpgsqlDbType.Uuid),
            Columns.Of(append.Events, e => e.Given.StreamId, NpgsqlDbType.Text),
            Columns.Of(append.Events, e => e.Version, NpgsqlDbType.Bigint),
            Columns.Of(append.Events, e => e.Json, NpgsqlDbType.Jsonb),
            Columns.Of(append.Events, e => e.Type.Alias, NpgsqlDbType.Text),
            Columns.Of(append.Events, e => e.Type.ClrName, NpgsqlDbType.Text),
            Columns.Of(append.Events, e => e.Given.CorrelationId, NpgsqlDbType.Text),
            Columns.Of(append.Events, e => e.Given.CausationId, NpgsqlDbType.Text),
            Columns.Time(append.Time),
        },
    };
}
