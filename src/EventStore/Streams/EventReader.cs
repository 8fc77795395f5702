using System.Text.Json;
using DataHub.Kernel.Faults;
using Npgsql;
using NpgsqlTypes;

namespace DataHub.EventStore.Streams;

/// <summary>Reads events as the hub's role, from the primary.</summary>
internal sealed class EventReader(NpgsqlDataSource source, EventTypes types)
{
    /// <summary>A stream up to a version and up to the first event stored after a time.</summary>
    public async Task<EventStream> StreamAsync(string streamId, long? toVersion, DateTimeOffset? asOf, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(EventSql.ReadStream);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = streamId });
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)toVersion ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint });
        var events = await ListAsync(command, asOf ?? DateTimeOffset.MaxValue, cancellationToken);
        return new EventStream(streamId, events.Count == 0 ? 0 : events[^1].Version, events);
    }

    /// <summary>The next events below the point where an append may still be under way.</summary>
    public async Task<IReadOnlyList<StoredEvent>> AllAsync(long afterSequence, int maxRows, CancellationToken cancellationToken)
    {
        var horizon = await HorizonAsync(cancellationToken);
        if (horizon <= afterSequence)
        {
            return [];
        }

        await using var command = source.CreateCommand(EventSql.ReadAll);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = afterSequence });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = horizon });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = maxRows });
        return await ListAsync(command, DateTimeOffset.MaxValue, cancellationToken);
    }

    /// <summary>Events of any statement on the event columns; one whose JSON its type refuses comes as <see cref="UnreadableEvent"/> instead of stopping all.</summary>
    public async Task<IReadOnlyList<StoredEvent>> TolerantAsync(string sql, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        await using var command = source.CreateCommand(sql);
        command.Parameters.AddRange(parameters);
        var events = new List<StoredEvent>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            events.Add(Map(reader, ReadOrTell));
        }

        return events;
    }

    /// <summary>Sequence up to which no append announced is still under way.</summary>
    // The order is the proof: an event numbered up to the value read first was announced before that; if its announcement is gone when we look next,
    // its transaction has ended and a later statement sees what it left.
    public async Task<long> HorizonAsync(CancellationToken cancellationToken)
    {
        await using var batch = source.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(EventSql.LastSequence));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(EventSql.LowestAppendUnderWay));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var last = reader.GetInt64(0);
        await reader.NextResultAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return reader.IsDBNull(0) ? last : Math.Min(last, reader.GetInt64(0));
    }

    private async Task<List<StoredEvent>> ListAsync(NpgsqlCommand command, DateTimeOffset asOf, CancellationToken cancellationToken)
    {
        var events = new List<StoredEvent>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var stored = Map(reader, EventJson.Read);
            if (stored.Timestamp > asOf)
            {
                break; // A clock set back must not punch a hole into a history.
            }

            events.Add(stored);
        }

        return events;
    }

    private static object ReadOrTell(string json, Type? type)
    {
        try
        {
            return EventJson.Read(json, type);
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or NotSupportedException or ArgumentException or FormatException or FaultException)
        {
            return new UnreadableEvent(e.GetType().FullName!);
        }
    }

    private StoredEvent Map(NpgsqlDataReader row, Func<string, Type?, object> read)
    {
        var (type, json) = (row.GetString(4), row.GetString(5));
        return new StoredEvent
        {
            Sequence = row.GetInt64(0),
            Id = row.GetGuid(1),
            StreamId = row.GetString(2),
            Version = row.GetInt64(3),
            Type = type,
            Json = json,
            Data = read(json, types.Find(type)),
            Timestamp = new DateTimeOffset(row.GetDateTime(6)),
            CorrelationId = row.IsDBNull(7) ? null : row.GetString(7),
            CausationId = row.IsDBNull(8) ? null : row.GetString(8),
        };
    }
}

/// <summary>Stands for an event whose JSON its type refuses.</summary>
/// <param name="ErrorType">Type of the refusal.</param>
internal sealed record UnreadableEvent(string ErrorType);
