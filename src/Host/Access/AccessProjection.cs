using System.Text.Json;
using DataHub.EventStore;
using DataHub.EventStore.Streams;
using DataHub.Host.Storage;
using Npgsql;

namespace DataHub.Host.Access;

/// <summary>Keeps the register of access as it stands, in the transaction that appends its events, and raises its version.</summary>
internal sealed class AccessProjection : ITransactionParticipant
{
    private static readonly JsonSerializerOptions Rows = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public async Task OnAppendedAsync(EventTransaction transaction, IReadOnlyList<AppendedEvent> events, CancellationToken cancellationToken)
    {
        var own = events.Where(e => e.Event.Data is AccessEvent).ToList();
        if (own.Count == 0)
        {
            return;
        }

        await using var batch = new NpgsqlBatch(transaction.Connection) { BatchCommands = { new NpgsqlBatchCommand(AccessSql.Raise) } };
        foreach (var command in CommandsFor(own))
        {
            batch.BatchCommands.Add(command);
        }

        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    // Organisations before accounts, accounts before certificates: each row names one written before it.
    private static IEnumerable<NpgsqlBatchCommand> CommandsFor(List<AppendedEvent> events) => ((NpgsqlBatchCommand?[])[
        Write(AccessSql.WriteOrganisations, Latest<Organisation>(events), (o, version) => new { o.Uscc, o.Name, o.IsRetired, version }),
        Write(AccessSql.WriteAccounts, Latest<Account>(events), RowOf),
        Write(AccessSql.WriteCertificates, Issued(events), (issued, _) => issued),
        Revocations(events),
        Write(AccessSql.WriteGrants, Latest<HeldGrant>(events), RowOf),
        Write(AccessSql.WriteChanges, Latest<Change>(events), RowOf),
    ]).OfType<NpgsqlBatchCommand>();

    // What a stream's last event leaves; in the order of their keys, so that two transactions cannot deadlock.
    private static List<(T State, long Version)> Latest<T>(List<AppendedEvent> events) =>
        [.. events.Where(e => (e.Event.State ?? throw new InvalidOperationException($"{e.Event.Data.GetType().Name} was appended without the state it leads to.")) is T)
            .GroupBy(e => e.Event.StreamId, StringComparer.Ordinal).OrderBy(stream => stream.Key, StringComparer.Ordinal)
            .Select(stream => ((T)stream.Last().Event.State!, stream.Last().Version))];

    private static NpgsqlBatchCommand? Write<T>(string sql, List<(T State, long Version)> states, Func<T, long, object> row) => states.Count == 0 ? null : new(sql)
    {
        Parameters = { new NpgsqlParameter<string> { TypedValue = JsonSerializer.Serialize(states.Select(state => row(state.State, state.Version)), Rows) } },
    };

    private static object RowOf(Account account, long version) => new
    {
        account.Id,
        Kind = RoleNames.Of(account.Kind),
        account.Organisation,
        Roles = account.Roles.Select(RoleNames.Of),
        State = RoleNames.Of(account.State),
        account.Authority,
        version,
    };

    private static object RowOf(HeldGrant grant, long version) => new
    {
        grant.Id,
        grant.Terms.Consumer,
        grant.Terms.Resource,
        grant.Terms.Fields,
        grant.Terms.Purposes,
        Operations = (int)grant.Terms.Operations,
        grant.Terms.TellsAbsence,
        grant.Terms.RetentionDays,
        grant.Terms.Until,
        grant.IsRevoked,
        version,
    };

    // The content keeps the names of its properties: it is read back as it is in the event.
    private static object RowOf(Change change, long version) => new
    {
        change.Id,
        State = RoleNames.Of(change.State),
        Content = JsonSerializer.SerializeToElement(change.Proposed.Content),
        change.Proposed.Reason,
        ProposedBy = change.Proposed.Act.By,
        ProposedAt = change.Proposed.Act.At,
        DecidedBy = change.Decision?.By,
        DecidedAt = change.Decision?.At,
        version,
    };

    private static List<(object, long)> Issued(List<AppendedEvent> events) =>
        [.. events.Where(e => e.Event.Data is CertificateIssued).Select(e =>
        {
            var certificate = ((CertificateIssued)e.Event.Data).Certificate;
            var account = ((Account)e.Event.State!).Id;
            return ((object)new { certificate.Thumbprint, account, certificate.Serial, certificate.Authority, certificate.NotBefore, certificate.NotAfter }, e.Version);
        })];

    private static NpgsqlBatchCommand? Revocations(List<AppendedEvent> events)
    {
        var revoked = events.Select(e => e.Event.Data).OfType<CertificateRevoked>().ToList();
        return revoked.Count == 0 ? null : new NpgsqlBatchCommand(AccessSql.RevokeCertificates)
        {
            Parameters =
            {
                new NpgsqlParameter<string[]> { TypedValue = [.. revoked.Select(e => e.Thumbprint)] },
                new NpgsqlParameter<string[]> { TypedValue = [.. revoked.Select(e => e.Reason)] },
                new NpgsqlParameter<DateTimeOffset[]> { TypedValue = [.. revoked.Select(e => e.Act.At.ToUniversalTime())] },
            },
        };
    }
}
