using DataHub.EventStore.Postgres;
using Npgsql;

namespace DataHub.EventStore.Projections;

/// <summary>
/// Keeps Marten's <c>HighWaterMark</c>: the sequence up to which every event is there. It waits for appends of the hub that are under way, for open transactions of other applications,
/// and, since those may take numbers before they begin to write, three seconds at each gap, as Marten itself does.
/// </summary>
internal sealed class HighWaterMark(PostgresDataSources sources, EventPages pages, TimeProvider time)
{
    /// <summary>Name of the row, and of its leader.</summary>
    public const string Name = "HighWaterMark";

    private static readonly TimeSpan GapAge = TimeSpan.FromSeconds(3);

    private (long After, long Since)? _gap;

    /// <summary>Moves the mark on.</summary>
    /// <returns>Whether it moved.</returns>
    public async Task<bool> StepAsync(CancellationToken cancellationToken)
    {
        var horizon = await pages.HorizonAsync(cancellationToken);
        await using var connection = await sources.Hub.OpenConnectionAsync(cancellationToken);
        var mark = await ReadAsync(connection, cancellationToken);
        if (horizon <= mark)
        {
            return false;
        }

        var (strangers, run, behindGap) = await LookAheadAsync(connection, mark, horizon, cancellationToken);
        var next = run > mark ? run : GapIsOver(mark, strangers) ? (behindGap ?? horizon + 1) - 1 : mark;
        return next > mark && await RaiseAsync(connection, mark, next, cancellationToken);
    }

    private bool GapIsOver(long mark, bool strangers)
    {
        if (_gap is not { } gap || gap.After != mark)
        {
            _gap = (mark, time.GetTimestamp());
            return false;
        }

        return !strangers && time.GetElapsedTime(gap.Since) >= GapAge;
    }

    private static async Task<long> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var read = new NpgsqlCommand(ProjectionSql.ReadMark, connection);
        if (await read.ExecuteScalarAsync(cancellationToken) is long mark)
        {
            return mark;
        }

        await using var start = new NpgsqlCommand(ProjectionSql.StartMark, connection);
        await start.ExecuteNonQueryAsync(cancellationToken);
        return 0;
    }

    // Strangers first: one that ends between the two statements has left its events for the second to see.
    private static async Task<(bool Strangers, long Run, long? BehindGap)> LookAheadAsync(
        NpgsqlConnection connection, long mark, long horizon, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new(ProjectionSql.StrangersUnderWay),
                new(ProjectionSql.FollowMark) { Parameters = { new NpgsqlParameter<long> { TypedValue = mark }, new NpgsqlParameter<long> { TypedValue = horizon } } },
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var strangers = reader.GetBoolean(0);
        await reader.NextResultAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (strangers, reader.GetInt64(0), reader.IsDBNull(1) ? null : reader.GetInt64(1));
    }

    private static async Task<bool> RaiseAsync(NpgsqlConnection connection, long mark, long next, CancellationToken cancellationToken)
    {
        await using var raise = new NpgsqlCommand(ProjectionSql.RaiseMark, connection)
        {
            Parameters = { new NpgsqlParameter<long> { TypedValue = mark }, new NpgsqlParameter<long> { TypedValue = next } },
        };
        return await raise.ExecuteNonQueryAsync(cancellationToken) == 1;
    }
}
