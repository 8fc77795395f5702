using System.Text.Json;
using DataHub.Crypto.Sealing;
using DataHub.EventStore.Postgres;
using DataHub.EventStore.Sealing;
using DataHub.Exchange.Storage;
using Npgsql;

namespace DataHub.Exchange.Records;

/// <summary>Reads records as they are now, opened. What leaves the hub is up to the caller.</summary>
public sealed class RecordQueries
{
    private readonly PostgresDataSources _database;
    private readonly SubjectKeys _subjectKeys;

    internal RecordQueries(PostgresDataSources database, SubjectKeys subjectKeys)
    {
        _database = database;
        _subjectKeys = subjectKeys;
    }

    /// <summary>Current records of a resource in which a subject has a role.</summary>
    /// <param name="resource">Resource code.</param>
    /// <param name="subjectId">Pseudonym of the subject.</param>
    /// <param name="role">Role of the subject.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>One row for each record and place in it, ordered by record key; empty when there is none.</returns>
    public async Task<IReadOnlyList<CurrentRecord>> CurrentAsync(string resource, string subjectId, string role, CancellationToken cancellationToken)
    {
        await using var connection = await _database.Hub.OpenConnectionAsync(cancellationToken);
        var rows = await ReadAsync(connection, resource, subjectId, role, cancellationToken);
        var numbers = rows.SelectMany(row => row.Event.Sealed).Select(part => part.Value.K).Distinct().ToArray();

        // Keys are asked for even where there are none to open, so that the time taken does not tell whether there is a record.
        var keys = await _subjectKeys.OpenAsync(connection, numbers, cancellationToken);
        return [.. rows.Select(row => new CurrentRecord(row.Key, row.Sequence, row.Element, Open(row, keys)))];
    }

    /// <summary>How fresh a resource is.</summary>
    /// <param name="resource">Resource code.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>Watermark and source of its newest completed batch; null when there is none.</returns>
    public async Task<Freshness?> FreshnessAsync(string resource, CancellationToken cancellationToken)
    {
        await using var command = _database.Hub.CreateCommand(ExchangeSql.Freshness);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = resource });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? new Freshness(reader.GetFieldValue<DateTimeOffset>(0), reader.GetString(1)) : null;
    }

    private static async Task<List<Row>> ReadAsync(NpgsqlConnection connection, string resource, string subjectId, string role, CancellationToken cancellationToken)
    {
        var rows = new List<Row>();
        await using var command = new NpgsqlCommand(ExchangeSql.CurrentBySubject, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = resource },
                new NpgsqlParameter<string> { TypedValue = subjectId },
                new NpgsqlParameter<string> { TypedValue = role },
            },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var element = reader.GetInt16(1);
            rows.Add(new Row(
                reader.GetString(0),
                element < 0 ? null : element,
                reader.GetString(2),
                reader.GetInt64(3),
                JsonSerializer.Deserialize<RecordAsserted>(reader.GetString(4))!));
        }

        return rows;
    }

    // A part whose key is gone was erased: its fields are as if they had never been there.
    private static Dictionary<string, string> Open(Row row, IReadOnlyDictionary<long, DataKey> keys)
    {
        var fields = new Dictionary<string, string>(row.Event.Fields, StringComparer.Ordinal);
        foreach (var part in row.Event.Sealed)
        {
            if (keys.TryGetValue(part.Value.K, out var key))
            {
                var plain = Seal.Open(key, RecordSealer.PlaceOf(row.Stream, part.Of), part.Value);
                foreach (var (path, value) in JsonSerializer.Deserialize<Dictionary<string, string>>(plain)!)
                {
                    fields[path] = value;
                }
            }
        }

        return fields;
    }

    private sealed record Row(string Key, int? Element, string Stream, long Sequence, RecordAsserted Event);
}

/// <summary>A record as it is now, opened; in memory only.</summary>
/// <param name="Key">Record key as stored.</param>
/// <param name="Sequence">Sequence of the event it rests on.</param>
/// <param name="Element">Place of the subject in the role's list, from 0; null for a role outside a list.</param>
/// <param name="Fields">Values by path (<c>name</c>, <c>owners[0].name</c>).</param>
public sealed record CurrentRecord(string Key, long Sequence, int? Element, IReadOnlyDictionary<string, string> Fields);

/// <summary>How fresh a resource is.</summary>
/// <param name="Watermark">Up to when its newest completed batch is complete.</param>
/// <param name="Source">System that pushed that batch.</param>
public sealed record Freshness(DateTimeOffset Watermark, string Source);
