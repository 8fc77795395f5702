using DataHub.EventStore.Postgres;
using DataHub.EventStore.Streams;
using DataHub.Host.Storage;
using DataHub.Kernel;
using Npgsql;

namespace DataHub.Host.Access;

/// <summary>
/// A change of the register: takes its turn first, then reads, decides and appends. Changes come one after the other, so what was read still stands when it is decided upon: an approver who loses a role
/// at the same moment has it or has it not.
/// </summary>
internal sealed class AccessTransaction
{
    private readonly EventTransaction _transaction;
    private readonly HubName _hub;

    private AccessTransaction(EventTransaction transaction, HubName hub)
    {
        _transaction = transaction;
        _hub = hub;
    }

    /// <summary>Takes the turn in a transaction; before anything of the register is read or written in it.</summary>
    public static async Task<AccessTransaction> TakeTurnAsync(EventTransaction transaction, HubName hub, CancellationToken cancellationToken)
    {
        await using var raise = new NpgsqlCommand(AccessSql.Raise, transaction.Connection);
        await PostgresFaults.GuardAsync(() => raise.ExecuteScalarAsync(cancellationToken));
        return new AccessTransaction(transaction, hub);
    }

    public Task<Dictionary<string, Held<Organisation>>> OrganisationsAsync(IEnumerable<string> codes, CancellationToken cancellationToken) =>
        FindAsync(AccessSql.Organisations, codes, AccessRows.Organisation, organisation => organisation.Uscc, cancellationToken);

    public Task<Dictionary<string, Held<Account>>> AccountsAsync(IEnumerable<string> ids, CancellationToken cancellationToken) =>
        FindAsync(AccessSql.Accounts, ids, AccessRows.Account, account => account.Id, cancellationToken);

    public Task<Dictionary<string, Held<HeldGrant>>> GrantsAsync(IEnumerable<string> ids, CancellationToken cancellationToken) =>
        FindAsync(AccessSql.Grants, ids, AccessRows.Grant, grant => grant.Id, cancellationToken);

    public Task<Dictionary<string, Held<Change>>> ChangesAsync(IEnumerable<string> ids, CancellationToken cancellationToken) =>
        FindAsync(AccessSql.Changes, ids, AccessRows.Change, change => change.Id, cancellationToken);

    public async Task<bool> HasAdministratorAsync(CancellationToken cancellationToken)
    {
        await using var query = new NpgsqlCommand(AccessSql.HasAdministrator, _transaction.Connection);
        return await query.ExecuteScalarAsync(cancellationToken) is true;
    }

    public NewEvent Event(Held<Organisation>? before, OrganisationEvent e)
    {
        var after = Organisation.After(before?.State, e);
        return Event("organisation", after.Uscc, before?.Version, e, after);
    }

    public NewEvent Event(Held<Account>? before, AccountEvent e)
    {
        var after = Account.After(before?.State, e);
        return Event("account", after.Id, before?.Version, e, after);
    }

    public NewEvent Event(Held<HeldGrant>? before, GrantEvent e)
    {
        var after = HeldGrant.After(before?.State, e);
        return Event("grant", after.Id, before?.Version, e, after);
    }

    public NewEvent Event(Held<Change>? before, ChangeEvent e)
    {
        var after = Change.After(before?.State, e);
        return Event("change", after.Id, before?.Version, e, after);
    }

    public Task AppendAsync(IReadOnlyList<NewEvent> events, CancellationToken cancellationToken) => _transaction.AppendAsync(events, cancellationToken);

    private NewEvent Event(string kind, string id, long? version, AccessEvent e, object after) =>
        new() { StreamId = $"{_hub.Value}/{kind}/{id}", StreamType = kind, ExpectedVersion = version ?? 0, Data = e, State = after };

    private async Task<Dictionary<string, Held<T>>> FindAsync<T>(
        string sql, IEnumerable<string> keys, Func<NpgsqlDataReader, Held<T>> map, Func<T, string> keyOf, CancellationToken cancellationToken)
    {
        await using var query = new NpgsqlCommand(sql, _transaction.Connection) { Parameters = { new NpgsqlParameter<string[]> { TypedValue = [.. keys.Distinct(StringComparer.Ordinal)] } } };
        var rows = await PostgresFaults.GuardAsync(() => AccessRows.ReadAsync(query, map, cancellationToken));
        return rows.ToDictionary(row => keyOf(row.State), StringComparer.Ordinal);
    }
}
