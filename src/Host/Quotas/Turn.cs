using Grpc.Core;

namespace DataHub.Host.Quotas;

/// <summary>The place of a call among those in service. A call on a stream has one only while it works on a message: not while it waits for its client to send, nor for it to read.</summary>
internal sealed class Turn(FairGate gate, string organisation, CallClass callClass)
{
    private const int None = 0;
    private const int Held = 1;
    private const int Over = 2;

    private int _state;

    /// <summary>Takes a place, at once or in turn.</summary>
    /// <param name="cancellationToken">The call's.</param>
    /// <exception cref="Kernel.Faults.FaultException">Too many wait: <c>TOO_BUSY</c>.</exception>
    public async Task TakeAsync(CancellationToken cancellationToken)
    {
        await gate.EnterAsync(organisation, callClass, cancellationToken);
        if (Interlocked.CompareExchange(ref _state, Held, None) != None)
        {
            gate.Leave(); // The call ended while its reader still waited.
        }
    }

    /// <summary>Gives the place back until the next message; does nothing where there is none.</summary>
    public void GiveBack()
    {
        if (Interlocked.CompareExchange(ref _state, None, Held) == Held)
        {
            gate.Leave();
        }
    }

    /// <summary>Gives the place back for good.</summary>
    public void End()
    {
        if (Interlocked.Exchange(ref _state, Over) == Held)
        {
            gate.Leave();
        }
    }
}

/// <summary>Messages that arrive each in its turn.</summary>
internal sealed class TurnReader<T>(IAsyncStreamReader<T> messages, Turn turn) : IAsyncStreamReader<T>
{
    public T Current => messages.Current;

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        turn.GiveBack();
        var more = await messages.MoveNext(cancellationToken);
        await turn.TakeAsync(cancellationToken);
        return more;
    }
}

/// <summary>Messages on their way to a client that may take its time.</summary>
internal sealed class TurnWriter<T>(IServerStreamWriter<T> messages, Turn turn) : IServerStreamWriter<T>
{
    public WriteOptions? WriteOptions
    {
        get => messages.WriteOptions;
        set => messages.WriteOptions = value;
    }

    public Task WriteAsync(T message)
    {
        turn.GiveBack();
        return messages.WriteAsync(message);
    }

    public Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        turn.GiveBack();
        return messages.WriteAsync(message, cancellationToken);
    }
}
