namespace DataHub.Host.Connections;

/// <summary>How fast each peer may open connections: a bucket of tokens that fills up steadily.</summary>
internal sealed class ConnectRate(int burst, int perSecond, TimeProvider time)
{
    // A full bucket says nothing that no bucket would not say, so those are thrown away when there are many.
    private const int ManyBuckets = 10_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Bucket> _buckets = new(StringComparer.Ordinal);

    /// <returns>False where this peer has opened too many of late.</returns>
    public bool TryConnect(string peer)
    {
        var now = time.GetTimestamp();
        lock (_gate)
        {
            var tokens = Math.Min(burst, _buckets.TryGetValue(peer, out var bucket) ? Filled(bucket, now) : burst);
            if (tokens < 1)
            {
                return false;
            }

            if (_buckets.Count >= ManyBuckets)
            {
                Forget(now);
            }

            _buckets[peer] = new Bucket(tokens - 1, now);
            return true;
        }
    }

    private double Filled(Bucket bucket, long now) => bucket.Tokens + time.GetElapsedTime(bucket.Since, now).TotalSeconds * perSecond;

    private void Forget(long now)
    {
        foreach (var (peer, _) in _buckets.Where(bucket => Filled(bucket.Value, now) >= burst).ToList())
        {
            _buckets.Remove(peer);
        }
    }

    private readonly record struct Bucket(double Tokens, long Since);
}
