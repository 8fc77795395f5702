using System.Collections.Concurrent;
using DataHub.Crypto.Sealing;

namespace DataHub.EventStore.Sealing;

/// <summary>
/// Opened keys, each for 60 s at most, and only while this node is known to hear of erasures: a beat it sent itself in the last three seconds has come back on the channel on which they are told, and
/// with it everything told before. When full it starts again from nothing: cheaper than keeping an order, and as safe.
/// </summary>
internal sealed class OpenedKeys(TimeProvider time)
{
    private const int MaxKeys = 20_000;

    /// <summary>Longest time without hearing; whoever waits that long after telling of an erasure knows that all have dropped its keys.</summary>
    public static readonly TimeSpan MaxSilence = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<long, (DataKey Key, long Since)> _keys = new();

    private int _epoch;
    private long _heard = long.MinValue;

    /// <summary>Rises with each <see cref="Clear"/>: what was read before it is not remembered after it.</summary>
    public int Epoch => Volatile.Read(ref _epoch);

    public Dictionary<long, DataKey> Find(IReadOnlyCollection<long> numbers)
    {
        var found = new Dictionary<long, DataKey>(numbers.Count);
        if (IsDeaf)
        {
            return found;
        }

        foreach (var number in numbers)
        {
            if (_keys.TryGetValue(number, out var entry) && time.GetElapsedTime(entry.Since) < MaxAge)
            {
                found[number] = entry.Key;
            }
        }

        return found;
    }

    public void Remember(DataKey key, int epoch)
    {
        if (epoch != Epoch || IsDeaf)
        {
            return;
        }

        if (_keys.Count >= MaxKeys)
        {
            _keys.Clear();
        }

        _keys[key.Number] = (key, time.GetTimestamp());
    }

    /// <summary>A beat came back.</summary>
    /// <param name="sent">Timestamp of when it was sent, not of now: what was told before that has arrived.</param>
    public void Hear(long sent) => Volatile.Write(ref _heard, sent);

    public void Clear()
    {
        Interlocked.Increment(ref _epoch);
        _keys.Clear();
    }

    private bool IsDeaf => Volatile.Read(ref _heard) is var heard && (heard == long.MinValue || time.GetElapsedTime(heard) >= MaxSilence);
}
