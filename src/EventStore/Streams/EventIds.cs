using System.Security.Cryptography;

namespace DataHub.EventStore.Streams;

/// <summary>Ids of events: UUID version 7 (RFC 9562 §5.7), as <see cref="Guid.CreateVersion7(DateTimeOffset)"/> makes them, which asks the system for random bytes each time.</summary>
internal static class EventIds
{
    private const int Bytes = 16;

    public static Guid[] Take(int count, DateTimeOffset now)
    {
        var (random, ids) = (RandomNumberGenerator.GetBytes(count * Bytes), new Guid[count]);
        var milliseconds = now.ToUnixTimeMilliseconds();
        for (var i = 0; i < count; i++)
        {
            var id = random.AsSpan(i * Bytes, Bytes);
            for (var at = 0; at < 6; at++)
            {
                id[at] = (byte)(milliseconds >> (40 - (8 * at)));
            }

            id[6] = (byte)((id[6] & 0x0F) | 0x70);
            id[8] = (byte)((id[8] & 0x3F) | 0x80);
            ids[i] = new Guid(id, bigEndian: true);
        }

        return ids;
    }
}
