using DataHub.EventStore.Postgres;
using DataHub.Verification.Storage;
using Npgsql;

namespace DataHub.Verification.Brakes;

/// <summary>Subjects that nobody has a reason to ask about, by pseudonym.</summary>
internal sealed class HoneyRegister(PostgresDataSources database, TimeProvider time)
{
    private const int MaxListed = 10_000;

    /// <summary>Marks a subject, or changes the note of one that is marked.</summary>
    /// <param name="subject">Pseudonym of the subject.</param>
    /// <param name="note">What the trap is for.</param>
    /// <param name="account">Who marks it.</param>
    /// <param name="cancellationToken">Stops before the statement is sent.</param>
    public async Task MarkAsync(string subject, string note, string account, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await using var command = database.Hub.CreateCommand(VerificationSql.MarkHoney);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = subject });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = note });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = account });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = time.GetUtcNow() });
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    /// <summary>Makes a marked subject an ordinary one.</summary>
    /// <param name="subject">Pseudonym of the subject.</param>
    /// <param name="cancellationToken">Stops before the statement is sent.</param>
    /// <exception cref="Kernel.Faults.FaultException">It is not marked: <c>HONEY_UNKNOWN</c>.</exception>
    public async Task UnmarkAsync(string subject, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await using var command = database.Hub.CreateCommand(VerificationSql.UnmarkHoney);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = subject });
        if (await command.ExecuteNonQueryAsync(CancellationToken.None) == 0)
        {
            throw VerificationFaults.HoneyUnknown();
        }
    }

    /// <summary>The marked subjects, newest first.</summary>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task<IReadOnlyList<MarkedSubject>> ListAsync(CancellationToken cancellationToken)
    {
        await using var command = database.Hub.CreateCommand(VerificationSql.ListHoney);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = MaxListed });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var marked = new List<MarkedSubject>();
        while (await reader.ReadAsync(cancellationToken))
        {
            marked.Add(new MarkedSubject(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetFieldValue<DateTimeOffset>(3)));
        }

        return marked;
    }
}

/// <summary>A subject that nobody has a reason to ask about.</summary>
/// <param name="Pseudonym">Its pseudonym.</param>
/// <param name="Note">What the trap is for.</param>
/// <param name="MarkedBy">Account that marked it.</param>
/// <param name="MarkedAt">When.</param>
internal sealed record MarkedSubject(string Pseudonym, string Note, string MarkedBy, DateTimeOffset MarkedAt);
