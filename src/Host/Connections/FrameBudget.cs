namespace DataHub.Host.Connections;

/// <summary>
/// Frames of a kind that one connection may send: so many a second, and one more for each answer it got, because some clients measure the line with a PING
/// whenever data come, and who was answered much may give up much.
/// </summary>
internal sealed class FrameBudget(int perSecond, TimeProvider time)
{
    private long _second = time.GetTimestamp();
    private int _spent;
    private int _earned;

    /// <summary>An answer went out.</summary>
    public void Earn() => Interlocked.Increment(ref _earned);

    /// <returns>False where that is too much for this second.</returns>
    public bool TrySpend(int frames)
    {
        var now = time.GetTimestamp();
        if (time.GetElapsedTime(_second, now) >= TimeSpan.FromSeconds(1))
        {
            (_second, _spent) = (now, 0);
            Volatile.Write(ref _earned, 0);
        }

        _spent += frames;
        return _spent <= perSecond + Volatile.Read(ref _earned);
    }
}
