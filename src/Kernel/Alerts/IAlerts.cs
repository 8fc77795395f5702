namespace DataHub.Kernel.Alerts;

/// <summary>How much an alert matters.</summary>
public enum AlertLevel
{
    /// <summary>Worth knowing.</summary>
    Notice = 1,

    /// <summary>To be looked at.</summary>
    Warning = 2,

    /// <summary>To be acted on at once.</summary>
    Critical = 3,
}

/// <summary>Something a security administrator should see. Carries no personal data: subjects are pseudonyms.</summary>
/// <param name="Code">Permanent code, upper-case words, for example <c>HONEY_RECORD</c>.</param>
/// <param name="Level">How much it matters.</param>
/// <param name="Account">Account it is about; empty = none.</param>
/// <param name="Detail">One English sentence: what was seen.</param>
/// <param name="Subject">Pseudonym of the subject concerned; null = none.</param>
public sealed record Alert(string Code, AlertLevel Level, string Account, string Detail, string? Subject = null);

/// <summary>Where alerts go. The host keeps them, and joins those of the same code, account and subject into one with a count.</summary>
public interface IAlerts
{
    /// <summary>Raises an alert; on return it is durable.</summary>
    /// <param name="alert">What was seen.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task RaiseAsync(Alert alert, CancellationToken cancellationToken);
}
