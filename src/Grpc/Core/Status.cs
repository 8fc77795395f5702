namespace Grpc.Core;

/// <summary>How a call ended: a code and one sentence for people.</summary>
public readonly struct Status
{
    /// <summary>Success without detail.</summary>
    public static readonly Status DefaultSuccess = new(StatusCode.OK, "");

    /// <summary>Cancelled without detail.</summary>
    public static readonly Status DefaultCancelled = new(StatusCode.Cancelled, "");

    private readonly string? _detail;

    /// <summary>A status.</summary>
    /// <param name="statusCode">The code.</param>
    /// <param name="detail">One sentence; travels as <c>grpc-message</c>, so it must not carry secrets.</param>
    public Status(StatusCode statusCode, string detail)
        : this(statusCode, detail, debugException: null)
    {
    }

    /// <summary>A status with the exception behind it.</summary>
    /// <param name="statusCode">The code.</param>
    /// <param name="detail">One sentence; travels as <c>grpc-message</c>.</param>
    /// <param name="debugException">What led to it; stays in this process and never travels.</param>
    public Status(StatusCode statusCode, string detail, Exception? debugException)
    {
        StatusCode = statusCode;
        _detail = detail;
        DebugException = debugException;
    }

    /// <summary>The code.</summary>
    public StatusCode StatusCode { get; }

    /// <summary>One sentence; empty where none was given.</summary>
    public string Detail => _detail ?? "";

    /// <summary>The exception behind the status, for logs of this process; null where there is none.</summary>
    public Exception? DebugException { get; }

    /// <summary>The status as text for logs.</summary>
    public override string ToString() =>
        DebugException is null
            ? $"Status(StatusCode=\"{StatusCode}\", Detail=\"{Detail}\")"
            : $"Status(StatusCode=\"{StatusCode}\", Detail=\"{Detail}\", DebugException=\"{DebugException.GetType()}: {DebugException.Message}\")";
}
