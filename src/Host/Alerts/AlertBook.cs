using DataHub.EventStore;
using DataHub.EventStore.Postgres;
using DataHub.EventStore.Streams;
using DataHub.Host.Access;
using DataHub.Host.Storage;
using DataHub.Kernel;
using DataHub.Kernel.Alerts;
using Npgsql;

namespace DataHub.Host.Alerts;

/// <summary>An alert as kept.</summary>
internal sealed record KeptAlert(long Id, Alert Alert, long Count, DateTimeOffset FirstAt, DateTimeOffset LastAt, AccessAct? Acknowledged);

/// <summary>Keeps alerts until a security administrator has seen them.</summary>
internal sealed class AlertBook(IEventStore events, PostgresDataSources sources, HubName hub, TimeProvider time) : IAlerts
{
    /// <inheritdoc/>
    public async Task RaiseAsync(Alert alert, CancellationToken cancellationToken)
    {
        var subject = alert.Subject ?? "";
        await using var batch = sources.Hub.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(AlertSql.TakeTurn) { Parameters = { Text($"{alert.Code}\n{alert.Account}\n{subject}") } });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(AlertSql.Raise)
        {
            Parameters =
            {
                Text(alert.Code),
                new NpgsqlParameter<int> { TypedValue = (int)alert.Level },
                Text(alert.Account),
                Text(subject),
                Text(alert.Detail),
                new NpgsqlParameter<DateTimeOffset> { TypedValue = time.GetUtcNow() },
            },
        });
        await PostgresFaults.GuardAsync(() => batch.ExecuteNonQueryAsync(cancellationToken));
    }

    /// <summary>Alerts, newest first.</summary>
    /// <param name="all">Acknowledged ones as well.</param>
    /// <param name="before">Id before which; null = from the newest.</param>
    /// <param name="maxRows">Most rows.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<IReadOnlyList<KeptAlert>> ListAsync(bool all, long? before, int maxRows, CancellationToken cancellationToken)
    {
        await using var query = sources.Hub.CreateCommand(AlertSql.List);
        query.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = all });
        query.Parameters.Add(new NpgsqlParameter<long?> { TypedValue = before });
        query.Parameters.Add(new NpgsqlParameter<int> { TypedValue = maxRows });
        return await PostgresFaults.GuardAsync(() => AccessRows.ReadAsync(query, Read, cancellationToken));
    }

    /// <summary>Notes that somebody has seen an alert; the first one who does so stands.</summary>
    /// <exception cref="Kernel.Faults.FaultException"><c>ALERT_UNKNOWN</c>.</exception>
    public async Task<KeptAlert> AcknowledgeAsync(long id, string by, CancellationToken cancellationToken)
    {
        var act = new AccessAct(by, time.GetUtcNow());
        await using var transaction = await events.BeginAsync(cancellationToken);
        if (await OneAsync(transaction, AlertSql.Acknowledge, [Number(id), Text(by), new NpgsqlParameter<DateTimeOffset> { TypedValue = act.At }], cancellationToken) is not { } alert)
        {
            return await OneAsync(transaction, AlertSql.Find, [Number(id)], cancellationToken) ?? throw AccessFaults.AlertUnknown(id);
        }

        var acknowledged = new NewEvent { StreamId = $"{hub.Value}/alert/{id}", StreamType = "alert", ExpectedVersion = 0, Data = new AlertAcknowledged(id, act) };
        await transaction.AppendAsync([acknowledged], cancellationToken);
        await transaction.CommitAsync();
        return alert;
    }

    private static async Task<KeptAlert?> OneAsync(EventTransaction transaction, string sql, NpgsqlParameter[] parameters, CancellationToken cancellationToken)
    {
        await using var query = new NpgsqlCommand(sql, transaction.Connection);
        query.Parameters.AddRange(parameters);
        return (await PostgresFaults.GuardAsync(() => AccessRows.ReadAsync(query, Read, cancellationToken))).SingleOrDefault();
    }

    private static KeptAlert Read(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        new Alert(row.GetString(1), (AlertLevel)row.GetInt32(2), row.GetString(3), row.GetString(5), row.GetString(4) is { Length: > 0 } subject ? subject : null),
        row.GetInt64(6),
        row.GetFieldValue<DateTimeOffset>(7),
        row.GetFieldValue<DateTimeOffset>(8),
        row.IsDBNull(9) ? null : new AccessAct(row.GetString(9), row.GetFieldValue<DateTimeOffset>(10)));

    private static NpgsqlParameter<string> Text(string value) => new() { TypedValue = value };

    private static NpgsqlParameter<long> Number(long value) => new() { TypedValue = value };
}
