using DataHub.EventStore.Postgres;
using DataHub.Host.Storage;
using DataHub.Kernel.Access;
using Npgsql;

namespace DataHub.Host.Access;

/// <summary>What is known of an account besides what it may be.</summary>
internal sealed record AccountStatus(Account Account, DateTimeOffset? CertifiedUntil, Heartbeat? Heartbeat);

/// <summary>What an account last said of itself.</summary>
internal sealed record Heartbeat(DateTimeOffset SeenAt, string Version, long ClockOffsetMs, long Backlog, string Address);

/// <summary>Which accounts are wanted; null = all.</summary>
internal sealed record AccountFilter(string? Organisation, SystemRole? Role, DateTimeOffset? DarkSince);

/// <summary>The lists administrators read, page by page.</summary>
internal sealed class AccessQueries(PostgresDataSources sources, TimeProvider time)
{
    public Task<IReadOnlyList<Organisation>> OrganisationsAsync(string after, int maxRows, CancellationToken cancellationToken) =>
        ListAsync(AccessSql.ListOrganisations, row => AccessRows.Organisation(row).State, cancellationToken, Text(after), Rows(maxRows));

    public Task<IReadOnlyList<AccountStatus>> AccountsAsync(AccountFilter filter, string after, int maxRows, CancellationToken cancellationToken) => ListAsync(
        AccessSql.ListAccounts,
        StatusOf,
        cancellationToken,
        Text(filter.Organisation),
        Text(filter.Role is { } role ? RoleNames.Of(role) : null),
        new NpgsqlParameter<DateTimeOffset?> { TypedValue = filter.DarkSince },
        Text(after),
        Rows(maxRows),
        new NpgsqlParameter<DateTimeOffset> { TypedValue = time.GetUtcNow() });

    public Task<IReadOnlyList<HeldGrant>> GrantsAsync(string? consumer, string? resource, string after, int maxRows, CancellationToken cancellationToken) =>
        ListAsync(AccessSql.ListGrants, row => AccessRows.Grant(row).State, cancellationToken, Text(consumer), Text(resource), Text(after), Rows(maxRows));

    public Task<IReadOnlyList<Change>> ChangesAsync(ChangeState? state, string? before, int maxRows, CancellationToken cancellationToken) => ListAsync(
        AccessSql.ListChanges, row => AccessRows.Change(row).State, cancellationToken, Text(state is { } wanted ? RoleNames.Of(wanted) : null), Text(before), Rows(maxRows));

    /// <exception cref="Kernel.Faults.FaultException"><c>CHANGE_UNKNOWN</c>.</exception>
    public async Task<Change> ChangeAsync(string id, CancellationToken cancellationToken)
    {
        var found = await ListAsync(AccessSql.Changes, row => AccessRows.Change(row).State, cancellationToken, new NpgsqlParameter<string[]> { TypedValue = [id] });
        return found.SingleOrDefault() ?? throw AccessFaults.ChangeUnknown(id);
    }

    private static AccountStatus StatusOf(NpgsqlDataReader row) => new(
        AccessRows.Account(row).State,
        row.IsDBNull(7) ? null : row.GetFieldValue<DateTimeOffset>(7),
        row.IsDBNull(8) ? null : new Heartbeat(row.GetFieldValue<DateTimeOffset>(8), row.GetString(9), row.GetInt64(10), row.GetInt64(11), row.GetString(12)));

    private static NpgsqlParameter<string?> Text(string? value) => new() { TypedValue = value };

    private static NpgsqlParameter<int> Rows(int maxRows) => new() { TypedValue = maxRows };

    private async Task<IReadOnlyList<T>> ListAsync<T>(string sql, Func<NpgsqlDataReader, T> map, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        await using var query = sources.Hub.CreateCommand(sql);
        query.Parameters.AddRange(parameters);
        return await PostgresFaults.GuardAsync(() => AccessRows.ReadAsync(query, map, cancellationToken));
    }
}
