using DataHub.EventStore.Postgres;
using DataHub.Host.Access;
using DataHub.Kernel.Faults;
using Npgsql;

namespace DataHub.Host.Enrolment;

/// <summary>A token as it is told, once.</summary>
/// <param name="Account">For whom.</param>
/// <param name="Token">The token.</param>
/// <param name="Expires">When it ends.</param>
public sealed record IssuedToken(string Account, string Token, DateTimeOffset Expires);

/// <summary>Gives out one-time tokens and keeps their hashes.</summary>
public sealed class TokenDesk(PostgresDataSources sources, TimeProvider time)
{
    /// <summary>Most accounts at once.</summary>
    public const int MostAccounts = 1000;

    /// <summary>Gives tokens out; an unused earlier token of the same account ends.</summary>
    /// <param name="accounts">Ids of active accounts whose certificates the hub issues.</param>
    /// <param name="life">How long they hold, 1 hour to 7 days.</param>
    /// <param name="by">Account that asks; <see cref="AccessAct.Folder"/> for whoever holds the data folder.</param>
    /// <param name="cancellationToken">Stops before the commit.</param>
    /// <exception cref="FaultException"><c>ACCOUNTS_COUNT</c>, <c>ACCOUNT_UNKNOWN</c>, <c>ACCOUNT_STATE</c>, <c>ACCOUNT_AUTHORITY</c>, <c>TOKEN_LIFE</c>.</exception>
    public async Task<IReadOnlyList<IssuedToken>> CreateAsync(IReadOnlyList<string> accounts, TimeSpan life, string by, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(accounts);
        if (accounts.Count is 0 or > MostAccounts || accounts.Distinct(StringComparer.Ordinal).Count() != accounts.Count)
        {
            throw Require.Malformed("ACCOUNTS_COUNT", "accounts", $"must be 1 to {MostAccounts} different accounts");
        }

        if (life < TimeSpan.FromHours(1) || life > TimeSpan.FromDays(7))
        {
            throw Require.Malformed("TOKEN_LIFE", "valid_hours", "must be 1 to 168");
        }

        await RequireActiveAsync(accounts, cancellationToken);
        var now = time.GetUtcNow();
        IssuedToken[] tokens = [.. accounts.Select(account => new IssuedToken(account, EnrolmentToken.New(), now + life))];
        await PostgresFaults.GuardAsync(() => StoreAsync(tokens, by, now, cancellationToken));
        return tokens;
    }

    private async Task RequireActiveAsync(IReadOnlyList<string> accounts, CancellationToken cancellationToken)
    {
        var found = await PostgresFaults.GuardAsync(() => ReadAccountsAsync(accounts, cancellationToken));
        for (var i = 0; i < accounts.Count; i++)
        {
            var field = $"accounts[{i}]";
            var (state, authority) = found.TryGetValue(accounts[i], out var account) ? account : throw EnrolmentFaults.AccountUnknown(accounts[i], field);
            if (state != "active")
            {
                throw EnrolmentFaults.NotActive(accounts[i], field);
            }

            if (authority is not null)
            {
                throw EnrolmentFaults.OutsideAuthority(accounts[i]);
            }
        }
    }

    private async Task<Dictionary<string, (string State, string? Authority)>> ReadAccountsAsync(IReadOnlyList<string> accounts, CancellationToken cancellationToken)
    {
        await using var query = sources.Hub.CreateCommand(EnrolmentSql.Accounts);
        query.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. accounts] });
        await using var reader = await query.ExecuteReaderAsync(cancellationToken);
        var found = new Dictionary<string, (string, string?)>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
        {
            found.Add(reader.GetString(0), (reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetString(2)));
        }

        return found;
    }

    private async Task<bool> StoreAsync(IssuedToken[] tokens, string by, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await sources.Hub.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        string[] accounts = [.. tokens.Select(token => token.Account)];
        await using var end = new NpgsqlCommand(EnrolmentSql.EndTokens, connection)
        {
            Parameters = { new NpgsqlParameter<string[]> { TypedValue = accounts }, new NpgsqlParameter<DateTimeOffset> { TypedValue = now } },
        };
        await end.ExecuteNonQueryAsync(cancellationToken);
        await using var add = new NpgsqlCommand(EnrolmentSql.AddTokens, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<byte[][]> { TypedValue = [.. tokens.Select(token => EnrolmentToken.HashOf(token.Token)!)] },
                new NpgsqlParameter<string[]> { TypedValue = accounts },
                new NpgsqlParameter<DateTimeOffset> { TypedValue = tokens[0].Expires },
                new NpgsqlParameter<string> { TypedValue = by },
                new NpgsqlParameter<DateTimeOffset> { TypedValue = now },
            },
        };
        await add.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        return true;
    }
}
