using DataHub.EventStore.Projections;
using DataHub.EventStore.Streams;
using Npgsql;

namespace DataHub.EventStore.Tests.Projections;

/// <summary>Counts the events of each stream: an event applied twice, lost or out of order shows.</summary>
internal class PermitTally(int version = 1) : IProjection
{
    /// <summary>Streams whose last sequence stands before an earlier one are out of order.</summary>
    public const string Table = """
        create table datahub.permit_tally (
            version int, stream text, events bigint not null, last_version bigint not null, in_order boolean not null, primary key (version, stream));
        grant select, insert, update, delete on datahub.permit_tally to datahub_hub
        """;

    public string Name => "PermitTally";

    public int Version => version;

    public virtual IReadOnlyCollection<Type>? EventTypes => null;

    /// <summary>Called with each page before it is written.</summary>
    public Func<NpgsqlConnection, IReadOnlyList<StoredEvent>, Task>? Before { get; set; }

    public async Task ApplyAsync(NpgsqlConnection connection, IReadOnlyList<StoredEvent> events, CancellationToken cancellationToken)
    {
        if (Before is { } before)
        {
            await before(connection, events).WaitAsync(cancellationToken);
        }

        await using var command = new NpgsqlCommand(
            """
            insert into permit_tally as t (version, stream, events, last_version, in_order)
            select $1, stream, count(*), max(version), count(*) = max(version) - min(version) + 1 and min(version) = 1
            from   unnest($2, $3) as e(stream, version)
            group  by stream
            on conflict (version, stream) do update
            set    events = t.events + excluded.events, last_version = excluded.last_version,
                   in_order = t.in_order and excluded.last_version = t.last_version + excluded.events
            """,
            connection)
        {
            Parameters =
            {
                new NpgsqlParameter<int> { TypedValue = Version },
                new NpgsqlParameter<string[]> { TypedValue = [.. events.Select(e => e.StreamId)] },
                new NpgsqlParameter<long[]> { TypedValue = [.. events.Select(e => e.Version)] },
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task ResetAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("delete from permit_tally where version = $1", connection)
        {
            Parameters = { new NpgsqlParameter<int> { TypedValue = Version } },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
