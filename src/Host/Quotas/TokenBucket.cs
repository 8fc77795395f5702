namespace DataHub.Host.Quotas;

/// <summary>So many at once, and so many a second in the long run.</summary>
internal sealed class TokenBucket(Rate rate, TimeProvider time)
{
    private readonly Lock _turn = new();
    private double _tokens = rate.Burst;
    private long _filled = time.GetTimestamp();

    /// <summary>Takes one.</summary>
    /// <returns>Zero when there was one; else how long until there is.</returns>
    public TimeSpan Take()
    {
        lock (_turn)
        {
            var now = time.GetTimestamp();
            _tokens = Math.Min(rate.Burst, _tokens + (Math.Max(0, time.GetElapsedTime(_filled, now).TotalSeconds) * rate.PerSecond));
            _filled = now;
            if (_tokens < 1)
            {
                return TimeSpan.FromSeconds((1 - _tokens) / rate.PerSecond);
            }

            _tokens--;
            return TimeSpan.Zero;
        }
    }

    /// <summary>Gives one back that turned out not to be used.</summary>
    public void Return()
    {
        lock (_turn)
        {
            _tokens = Math.Min(rate.Burst, _tokens + 1);
        }
    }
}
