namespace DataHub.Crypto.Tests;

/// <summary>Seeded changes to bytes: always something else than the original.</summary>
internal static class Mutation
{
    public static byte[] Of(byte[] original, Random random)
    {
        while (true)
        {
            var bytes = original.ToList();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
            {
                Change(bytes, random);
            }

            if (!bytes.SequenceEqual(original))
            {
                return [.. bytes];
            }
        }
    }

    private static void Change(List<byte> bytes, Random random)
    {
        var at = bytes.Count == 0 ? 0 : random.Next(bytes.Count);
        switch (random.Next(6))
        {
            case 0 or 1 when bytes.Count > 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 2 when bytes.Count > 0:
                bytes[at] = (byte)random.Next(256);
                break;
            case 3:
                bytes.Insert(at, (byte)random.Next(256));
                break;
            case 4 when bytes.Count > 0:
                bytes.RemoveAt(at);
                break;
            case 5 when bytes.Count > 0:
                bytes.RemoveRange(at, random.Next(bytes.Count - at));
                break;
            default:
                bytes.Add((byte)random.Next(256));
                break;
        }
    }
}
