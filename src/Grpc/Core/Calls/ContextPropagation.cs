namespace Grpc.Core;

/// <summary>What of a server call goes over to the calls made on its behalf.</summary>
public class ContextPropagationOptions
{
    /// <summary>Deadline and cancellation.</summary>
    public static readonly ContextPropagationOptions Default = new();

    /// <summary>Options.</summary>
    /// <param name="propagateDeadline">The deadline goes over; the earlier one counts.</param>
    /// <param name="propagateCancellation">Cancellation goes over.</param>
    public ContextPropagationOptions(bool propagateDeadline = true, bool propagateCancellation = true)
    {
        IsPropagateDeadline = propagateDeadline;
        IsPropagateCancellation = propagateCancellation;
    }

    /// <summary>The deadline goes over.</summary>
    public bool IsPropagateDeadline { get; }

    /// <summary>Cancellation goes over.</summary>
    public bool IsPropagateCancellation { get; }
}

/// <summary>Deadline and cancellation of a server call, for <see cref="CallOptions"/> of the calls made on its behalf.</summary>
public abstract class ContextPropagationToken
{
    private protected ContextPropagationToken(DateTime deadline, CancellationToken cancellationToken)
    {
        Deadline = deadline;
        CancellationToken = cancellationToken;
    }

    internal DateTime Deadline { get; }

    internal CancellationToken CancellationToken { get; }
}

internal sealed class ServerPropagationToken(ServerCallContext context, ContextPropagationOptions options) : ContextPropagationToken(
    options.IsPropagateDeadline ? context.Deadline : DateTime.MaxValue,
    options.IsPropagateCancellation ? context.CancellationToken : CancellationToken.None);
