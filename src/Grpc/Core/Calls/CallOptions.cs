namespace Grpc.Core;

/// <summary>Options of one call; the <c>With</c> methods return changed copies.</summary>
public readonly struct CallOptions
{
    /// <summary>Options.</summary>
    /// <param name="headers">Metadata to send; null for none.</param>
    /// <param name="deadline">When the call is given up, UTC; null for never.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <param name="writeOptions">Default for the call's writes.</param>
    /// <param name="propagationToken">Deadline and cancellation of a server call that this call serves.</param>
    /// <param name="credentials">Credentials of this call, beside those of the channel.</param>
    public CallOptions(
        Metadata? headers = null,
        DateTime? deadline = null,
        CancellationToken cancellationToken = default,
        WriteOptions? writeOptions = null,
        ContextPropagationToken? propagationToken = null,
        CallCredentials? credentials = null)
    {
        Headers = headers;
        Deadline = deadline;
        CancellationToken = cancellationToken;
        WriteOptions = writeOptions;
        PropagationToken = propagationToken;
        Credentials = credentials;
    }

    /// <summary>Metadata to send; null for none.</summary>
    public Metadata? Headers { get; private init; }

    /// <summary>When the call is given up, UTC; null for never.</summary>
    public DateTime? Deadline { get; private init; }

    /// <summary>Cancels the call.</summary>
    public CancellationToken CancellationToken { get; private init; }

    /// <summary>Default for the call's writes; null for none.</summary>
    public WriteOptions? WriteOptions { get; private init; }

    /// <summary>Deadline and cancellation of a server call that this call serves; null for none.</summary>
    public ContextPropagationToken? PropagationToken { get; private init; }

    /// <summary>Credentials of this call; null for none.</summary>
    public CallCredentials? Credentials { get; private init; }

    /// <summary>Whether the call waits, until its deadline, for a server that can be reached; otherwise it fails at once with UNAVAILABLE.</summary>
    public bool IsWaitForReady { get; private init; }

    /// <summary>With or without waiting for a server that can be reached.</summary>
    /// <param name="waitForReady">Whether the call waits; give it a deadline then.</param>
    public CallOptions WithWaitForReady(bool waitForReady = true) => this with { IsWaitForReady = waitForReady };

    /// <summary>With other headers.</summary>
    /// <param name="headers">Metadata to send.</param>
    public CallOptions WithHeaders(Metadata headers) => this with { Headers = headers };

    /// <summary>With another deadline.</summary>
    /// <param name="deadline">When the call is given up, UTC.</param>
    public CallOptions WithDeadline(DateTime deadline) => this with { Deadline = deadline };

    /// <summary>With another token.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    public CallOptions WithCancellationToken(CancellationToken cancellationToken) => this with { CancellationToken = cancellationToken };

    /// <summary>With other write options.</summary>
    /// <param name="writeOptions">Default for the call's writes.</param>
    public CallOptions WithWriteOptions(WriteOptions writeOptions) => this with { WriteOptions = writeOptions };

    /// <summary>With the deadline and cancellation of a server call.</summary>
    /// <param name="propagationToken">From <see cref="ServerCallContext.CreatePropagationToken"/>.</param>
    public CallOptions WithPropagationToken(ContextPropagationToken propagationToken) => this with { PropagationToken = propagationToken };

    /// <summary>With other credentials.</summary>
    /// <param name="credentials">Credentials of this call.</param>
    public CallOptions WithCredentials(CallCredentials credentials) => this with { Credentials = credentials };
}
