using DataHub.EventStore.Postgres;
using DataHub.Kernel.Faults;
using Npgsql;

namespace DataHub.EventStore.Projections;

/// <summary>Which failures pass by themselves, and what the administration of projections refuses.</summary>
internal static class ProjectionFaults
{
    public static FaultException Unknown(string progression) =>
        new(FaultKind.Unknown, "PROJECTION_UNKNOWN", $"No projection {progression} is registered here; the status lists those there are.");

    public static FaultException NameTaken(string progression, Exception inner) => new(
        FaultKind.Exists, "PROJECTION_NAME_TAKEN", $"Another application keeps progress under {progression}; give one of the two projections another name.", inner);

    /// <summary>The database was away, full, locked or stopped us: the event is not to blame, and the same page may pass later.</summary>
    public static bool IsTransient(Exception exception) => exception switch
    {
        FaultException fault => fault.Kind is FaultKind.Unavailable or FaultKind.OverQuota or FaultKind.Conflict,
        PostgresException refused => refused.IsTransient || refused.SqlState is PostgresErrorCodes.QueryCanceled
            || (PostgresFaults.Of(refused) is { } fault && refused.SqlState != PostgresErrorCodes.UniqueViolation && IsTransient(fault)),
        NpgsqlException => true,
        _ => false,
    };

    /// <summary>What may be said of an exception in logs and tables: its type, and PostgreSQL's code. Its text could quote a value.</summary>
    public static string Describe(Exception exception) => exception switch
    {
        PostgresException refused => $"{nameof(PostgresException)} {refused.SqlState}",
        FaultException fault => $"{nameof(FaultException)} {fault.Code}",
        _ => exception.GetType().FullName ?? exception.GetType().Name,
    };
}
