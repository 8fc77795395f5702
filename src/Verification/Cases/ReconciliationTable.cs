using DataHub.EventStore.Postgres;
using DataHub.Verification.Storage;
using Npgsql;

namespace DataHub.Verification.Cases;

/// <summary>Which periods were compared with which lists. Rows are added and never changed.</summary>
internal sealed class ReconciliationTable(PostgresDataSources database)
{
    /// <summary>Adds a comparison; on return it is durable.</summary>
    /// <param name="made">The comparison.</param>
    /// <param name="cancellationToken">Stops before the statement is sent.</param>
    public async Task AddAsync(Reconciled made, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await using var command = database.Hub.CreateCommand(VerificationSql.AddReconciliation);
        NpgsqlParameter[] parameters =
        [
            new NpgsqlParameter<string> { TypedValue = made.Id },
            new NpgsqlParameter<string> { TypedValue = made.Organisation },
            new NpgsqlParameter<string> { TypedValue = made.Account },
            new NpgsqlParameter<DateTimeOffset> { TypedValue = made.From },
            new NpgsqlParameter<DateTimeOffset> { TypedValue = made.To },
            new NpgsqlParameter<int> { TypedValue = made.Cases },
            new NpgsqlParameter<long> { TypedValue = made.Questions },
            new NpgsqlParameter<int> { TypedValue = made.Unknown },
            new NpgsqlParameter<DateTimeOffset> { TypedValue = made.At },
        ];
        command.Parameters.AddRange(parameters);
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    /// <summary>Comparisons, newest first.</summary>
    /// <param name="organisation">Of whom; empty = of all.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task<IReadOnlyList<Reconciled>> ListAsync(string organisation, int limit, CancellationToken cancellationToken)
    {
        await using var command = database.Reader.CreateCommand(VerificationSql.ListReconciliations);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = organisation });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var made = new List<Reconciled>();
        while (await reader.ReadAsync(cancellationToken))
        {
            made.Add(new Reconciled(
                reader.GetString(0),
                reader.GetString(1),
                reader.GetString(2),
                reader.GetFieldValue<DateTimeOffset>(3),
                reader.GetFieldValue<DateTimeOffset>(4),
                reader.GetInt32(5),
                reader.GetInt64(6),
                reader.GetInt32(7),
                reader.GetFieldValue<DateTimeOffset>(8)));
        }

        return made;
    }
}

/// <summary>A comparison that was made.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Organisation">Whose questions.</param>
/// <param name="Account">System that sent the list.</param>
/// <param name="From">Begin of the period, inclusive.</param>
/// <param name="To">End of the period, exclusive.</param>
/// <param name="Cases">Cases in the list.</param>
/// <param name="Questions">Questions answered in the period.</param>
/// <param name="Unknown">Cases that questions named and the list does not hold.</param>
/// <param name="At">When it was made.</param>
internal sealed record Reconciled(
    string Id, string Organisation, string Account, DateTimeOffset From, DateTimeOffset To, int Cases, long Questions, int Unknown, DateTimeOffset At);
