using System.Collections.Frozen;
using System.Data;
using DataHub.Host.Storage;
using DataHub.Kernel.Access;
using DataHub.Kernel.Time;
using Npgsql;

namespace DataHub.Host.Access;

/// <summary>Reads the register as it stands at one moment.</summary>
internal sealed class SnapshotReader(TimeProvider time)
{
    /// <summary>Seconds any of its statements may take.</summary>
    public const int TimeoutSeconds = 2;

    /// <summary>Version of the register.</summary>
    public static async Task<long> VersionAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var query = new NpgsqlCommand(AccessSql.Version, connection) { CommandTimeout = TimeoutSeconds };
        return (long)(await query.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>The whole register; version and content of the same moment.</summary>
    public async Task<AccessSnapshot> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        var version = await VersionAsync(connection, cancellationToken);
        var accounts = await ReadAsync(connection, AccessSql.BookAccounts, AccountOf, cancellationToken);
        var certificates = await ReadAsync(connection, AccessSql.BookCertificates, CertificateOf, cancellationToken, new NpgsqlParameter<DateTimeOffset> { TypedValue = time.GetUtcNow() });
        var grants = await ReadAsync(connection, AccessSql.BookGrants, AccessRows.Grant, cancellationToken, new NpgsqlParameter<DateOnly> { TypedValue = CivilTime.Today(time) });
        return new AccessSnapshot(
            version,
            accounts.ToDictionary(account => account.Caller.SystemId, StringComparer.Ordinal),
            certificates.ToDictionary(StringComparer.Ordinal),
            grants.Select(grant => new BookGrant(grant.State.Id, grant.State.Terms))
                .GroupBy(grant => new GrantUse(grant.Grant.Consumer, grant.Grant.Resource))
                .ToDictionary(use => use.Key, use => use.ToArray()));
    }

    private static BookAccount AccountOf(NpgsqlDataReader row) => new(
        new Caller(row.GetString(0), row.GetString(1), RoleNames.RolesOf(row.GetFieldValue<string[]>(2)).ToFrozenSet()),
        RoleNames.StateOf(row.GetString(3)),
        row.GetBoolean(5),
        row.IsDBNull(4) ? null : row.GetString(4));

    private static KeyValuePair<string, BookCertificate> CertificateOf(NpgsqlDataReader row) => new(row.GetString(0), new BookCertificate(row.GetString(1), row.GetBoolean(2)));

    private static async Task<List<T>> ReadAsync<T>(
        NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> map, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        await using var query = new NpgsqlCommand(sql, connection) { CommandTimeout = TimeoutSeconds };
        query.Parameters.AddRange(parameters);
        return await AccessRows.ReadAsync(query, map, cancellationToken);
    }
}
