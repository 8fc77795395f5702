using DataHub.Kernel.Faults;
using Npgsql;

namespace DataHub.EventStore.Postgres;

/// <summary>What PostgreSQL refuses, in the hub's words. Texts of PostgreSQL are not passed on: they can quote values.</summary>
public static class PostgresFaults
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The fault an exception of the driver stands for, or null where it is a mistake of ours: <c>DATABASE_AWAY</c>, <c>DATABASE_READ_ONLY</c>,
    /// <c>DATABASE_FULL</c>, <c>STREAM_CONFLICT</c>, <c>TRANSACTION_CONFLICT</c>.
    /// </summary>
    /// <param name="exception">What the driver threw.</param>
    public static FaultException? Of(Exception exception) => exception switch
    {
        PostgresException refused => OfState(refused),
        NpgsqlException lost => Away(lost),
        _ => null,
    };

    /// <summary>Runs what talks to the database; what the driver throws leaves as the fault it stands for.</summary>
    /// <typeparam name="T">What it returns.</typeparam>
    /// <param name="work">What to run.</param>
    /// <exception cref="FaultException">Those of <see cref="Of"/>.</exception>
    public static async Task<T> GuardAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception e) when (Of(e) is { } fault)
        {
            throw fault;
        }
    }

    /// <summary>The transaction may or may not have been committed: it counts as not acknowledged, whoever sent it asks again by its key.</summary>
    /// <param name="cause">What was seen, null for a warning.</param>
    public static FaultException CommitUnknown(Exception? cause) => new(
        FaultKind.Unavailable,
        "COMMIT_UNKNOWN",
        "Whether the change was stored durably is not known; repeat it with the same idempotency key.",
        cause)
    {
        RetryAfter = RetryDelay,
    };

    private static FaultException? OfState(PostgresException e) => e.SqlState switch
    {
        PostgresErrorCodes.ReadOnlySqlTransaction => Unavailable("DATABASE_READ_ONLY", "The database takes no changes at present (standby or maintenance).", e),
        PostgresErrorCodes.DiskFull => new FaultException(FaultKind.OverQuota, "DATABASE_FULL", "The database's disk is full; nothing was stored.", e),
        PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected =>
            new FaultException(FaultKind.Conflict, "TRANSACTION_CONFLICT", "Another transaction was faster; read again and repeat.", e),
        PostgresErrorCodes.UniqueViolation when IsStreamConstraint(e.ConstraintName) =>
            new FaultException(FaultKind.Conflict, "STREAM_CONFLICT", "Another writer appended to the same stream; read again and repeat.", e),
        _ when IsAway(e.SqlState) => Away(e),
        _ => null,
    };

    private static bool IsStreamConstraint(string? name) => name is "pkey_mt_streams_id" or "pk_mt_events_stream_and_version";

    // 08 connection, 53300 too many connections, 57P0x shutting down or starting.
    private static bool IsAway(string state) =>
        state.StartsWith("08", StringComparison.Ordinal) || state.StartsWith("57P", StringComparison.Ordinal) || state == PostgresErrorCodes.TooManyConnections;

    private static FaultException Away(Exception cause) => Unavailable("DATABASE_AWAY", "The database cannot be reached at present.", cause);

    private static FaultException Unavailable(string code, string message, Exception cause) =>
        new(FaultKind.Unavailable, code, message, cause) { RetryAfter = RetryDelay };
}
