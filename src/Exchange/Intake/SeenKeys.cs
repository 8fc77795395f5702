using System.Buffers.Binary;

namespace DataHub.Exchange.Intake;

/// <summary>Keys that the chunks of one batch have held so far, as 8-byte keyed digests.</summary>
internal sealed class SeenKeys
{
    private readonly HashSet<ulong> _hashes = [];

    public static SeenKeys Of(IEnumerable<ToldChunk> chunks)
    {
        var seen = new SeenKeys();
        seen.Add(chunks.SelectMany(chunk => chunk.KeyHashes.Chunk(sizeof(ulong))));
        return seen;
    }

    public bool Contains(byte[] hash) => _hashes.Contains(BinaryPrimitives.ReadUInt64LittleEndian(hash));

    public void Add(IEnumerable<byte[]> hashes) => _hashes.UnionWith(hashes.Select(hash => BinaryPrimitives.ReadUInt64LittleEndian(hash)));
}
