using Grpc.Core;

namespace DataHub.FrontEnd.Pushing;

/// <summary>Delays between attempts, growing while nothing moves, until it is time to give up.</summary>
internal sealed class Patience(PushOptions options, TimeProvider time)
{
    private const double Jitter = 0.2;

    private long _since = time.GetTimestamp();
    private TimeSpan _delay = options.FirstDelay;
    private int _furthest;

    /// <summary>The hub has answered at least once: its certificate and ours are in order.</summary>
    public bool HasAnswer { get; private set; }

    /// <summary>The hub answered.</summary>
    public void Answered() => HasAnswer = true;

    /// <summary>So many chunks are durable at the hub; patience begins anew when they are more than ever before.</summary>
    public void Reached(int chunks)
    {
        if (chunks > _furthest)
        {
            (_furthest, _since, _delay) = (chunks, time.GetTimestamp(), options.FirstDelay);
        }
    }

    /// <summary>Waits before the next attempt.</summary>
    /// <param name="broken">Why one is needed.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="Kernel.Faults.FaultException">Nothing has moved for too long: <c>HUB_UNREACHABLE</c>.</exception>
    public async Task WaitAsync(RpcException broken, CancellationToken cancellationToken)
    {
        // A hub that comes back is met by all its sources at once; the jitter spreads them.
        var wait = _delay * (1 + (Jitter * ((2 * Random.Shared.NextDouble()) - 1)));
        if (HubRefusal.RetryAfter(broken) is { } asked && asked > wait)
        {
            wait = asked;
        }

        if (time.GetElapsedTime(_since) + wait > options.GiveUpAfter)
        {
            throw PushFaults.GivenUp(options.GiveUpAfter, broken);
        }

        await Task.Delay(wait, time, cancellationToken);
        _delay = _delay * 2 < options.LongestDelay ? _delay * 2 : options.LongestDelay;
    }
}
