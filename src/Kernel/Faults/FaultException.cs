namespace DataHub.Kernel.Faults;

/// <summary>
/// A refusal on purpose: the caller learns which rule, which field and what would help. The code is contract and never reused;
/// the sentence names things, never people. What is not a <see cref="FaultException"/> leaves the hub as INTERNAL.
/// </summary>
public sealed class FaultException : Exception
{
    /// <summary>A refusal.</summary>
    /// <param name="kind">What sort of refusal.</param>
    /// <param name="code">Permanent code, upper-case words joined by underscores, for example <c>LICENCE_UNKNOWN</c>.</param>
    /// <param name="message">One English sentence that tells the cure and carries no personal data.</param>
    public FaultException(FaultKind kind, string code, string message)
        : this(kind, code, message, inner: null)
    {
    }

    /// <summary>A refusal with the exception that led to it, for the log only.</summary>
    /// <param name="kind">What sort of refusal.</param>
    /// <param name="code">Permanent code.</param>
    /// <param name="message">One English sentence without personal data.</param>
    /// <param name="inner">What led to it; never sent to the caller.</param>
    public FaultException(FaultKind kind, string code, string message, Exception? inner)
        : base(message, inner)
    {
        Kind = kind;
        Code = code;
    }

    /// <summary>What sort of refusal.</summary>
    public FaultKind Kind { get; }

    /// <summary>Permanent code, for example <c>LICENCE_UNKNOWN</c>.</summary>
    public string Code { get; }

    /// <summary>Path of the field that is wrong, in the words of the proto, for example <c>claims[2].value</c>; null where no field is.</summary>
    public string? Field { get; init; }

    /// <summary>When repeating may help; null where it will not or nobody knows.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
