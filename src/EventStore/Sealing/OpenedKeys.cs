using System.Collections.Concurrent;
using DataHub.Crypto.Sealing;

namespace DataHub.EventStore.Sealing;

/// <summary>Opened keys, each for 60 s at most. When full it starts again from nothing: cheaper than keeping an order, and as safe.</summary>
internal sealed class OpenedKeys(TimeProvider time)
{
    private const int MaxKeys = 20_000;

    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<long, (DataKey Key, long Since)> _keys = new();

    private int _epoch;

    /// <summary>Rises with each <see cref="Clear"/>: what was read before it is not remembered after it.</summary>
    public int Epoch => Volatile.Read(ref _epoch);

    public Dictionary<long, DataKey> Find(IReadOnlyCollection<long> numbers)
    {
        var found = new Dictionary<long, DataKey>(numbers.Count);
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
        if (epoch != Epoch)
        {
            return;
        }

        if (_keys.Count >= MaxKeys)
        {
            _keys.Clear();
        }

        _keys[key.Number] = (key, time.GetTimestamp());
    }

    public void Clear()
    {
        Interlocked.Increment(ref _epoch);
        _keys.Clear();
    }
}
