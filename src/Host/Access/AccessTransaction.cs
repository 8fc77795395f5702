using DataHub.EventStore.Postgres;
using DataHub.EventStore.Streams;
using DataHub.Host.Storage;
using Npgsql;

namespace DataHub.Host.Access;

/// <summary>
/// A change of the register: takes its turn first, then reads, decides and appends. Changes come one after the other, so what was read still stands when it is decided upon: an approver who loses a role
/// at the same moment has it or has it not.
/// </summary>
internal sealed class AccessTransaction
{
    private readonly EventTransaction _transaction;

    private AccessTransaction(EventTransaction transaction) => _transaction = transaction;

    /// <summary>The transaction, for effects beyond the register.</summary>
    public EventTransaction Events => _transaction;

    /// <summary>Takes the turn in a transaction; before anything of the register is read or written in it.</summary>
    public static async Task<AccessTransaction> TakeTurnAsync(EventTransaction transaction, CancellationToken cancellationToken)
    {
        await using var raise = new NpgsqlCommand(AccessSql.Raise, transaction.Connection);
        await PostgresFaults.GuardAsync(() => raise.ExecuteScalarAsync(cancellationToken));
        return new AccessTransaction(transaction);
    }

    public Task<Dictionary<string, Held<Organisation>>> OrganisationsAsync(IEnumerable<string> codes, CancellationToken cancellationToken) =>
        FindAsync(AccessSql.Organisations, codes, AccessRows.Organisation, organisation => organisation.Uscc, cancellationToken);

    public Task<Dictionary<string, Held<Account>>> AccountsAsync(IEnumerable<string> ids, CancellationToken cancellationToken) =>
        FindAsync(AccessSql.Accounts, ids, AccessRows.Account, account => account.Id, cancellationToken);

    public Task<Dictionary<string, Held<HeldGrant>>> GrantsAsync(IEnumerable<string> ids, CancellationToken cancellationToken) =>
        FindAsync(AccessSql.Grants, ids, AccessRows.Grant, grant => grant.Id, cancellationToken);

    public Task<Dictionary<string, Held<Change>>> ChangesAsync(IEnumerable<string> ids, CancellationToken cancellationToken) =>
        FindAsync(AccessSql.Changes, ids, AccessRows.Change, change => change.Id, cancellationToken);

    /// <summary>Everything a change speaks of, as it stands.</summary>
    public async Task<RegisterView> ViewOfAsync(ChangeContent content, CancellationToken cancellationToken) => new(
        await OrganisationsAsync(content.Accounts.Select(account => account.Organisation).Concat(content.Grants.Select(grant => grant.Terms.Consumer)), cancellationToken),
        await AccountsAsync(content.AccountIds, cancellationToken),
        await GrantsAsync(content.RevokedGrants, cancellationToken));

    public async Task<bool> HasAdministratorAsync(CancellationToken cancellationToken)
    {
        await using var query = new NpgsqlCommand(AccessSql.HasAdministrator, _transaction.Connection);
        return await PostgresFaults.GuardAsync(() => query.ExecuteScalarAsync(cancellationToken)) is true;
    }

    public Task AppendAsync(IReadOnlyList<NewEvent> events, CancellationToken cancellationToken) => _transaction.AppendAsync(events, cancellationToken);

    private async Task<Dictionary<string, Held<T>>> FindAsync<T>(
        string sql, IEnumerable<string> keys, Func<NpgsqlDataReader, Held<T>> map, Func<T, string> keyOf, CancellationToken cancellationToken)
    {
        await using var query = new NpgsqlCommand(sql, _transaction.Connection) { Parameters = { new NpgsqlParameter<string[]> { TypedValue = [.. keys.Distinct(StringComparer.Ordinal)] } } };
        var rows = await PostgresFaults.GuardAsync(() => AccessRows.ReadAsync(query, map, cancellationToken));
        return rows.ToDictionary(row => keyOf(row.State), StringComparer.Ordinal);
    }
}
