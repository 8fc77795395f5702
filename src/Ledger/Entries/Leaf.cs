using System.Buffers.Binary;
using DataHub.Crypto.Sm2;
using DataHub.Ledger.Tree;

namespace DataHub.Ledger.Entries;

/// <summary>What the entries of a leaf are.</summary>
public enum LeafKind
{
    /// <summary>Acts, one <see cref="LedgerEntry"/> each.</summary>
    Acts = 1,

    /// <summary>Events of one append, one hash each.</summary>
    Events = 2,
}

/// <summary>
/// A leaf of the ledger: what was made durable together in one transaction, under the Merkle root of its entries. One act alone is a leaf of one entry; a flush of acts, or the events of one append, is one
/// leaf as well, so that the ledger costs a row a transaction and any entry is still provable by itself: a path to <see cref="Root"/>, then a path to the tree head.
/// </summary>
/// <param name="Id">Number given when it was written; says nothing of its place in the tree.</param>
/// <param name="Kind">What its entries are.</param>
/// <param name="At">When it was written, whole microseconds, UTC.</param>
/// <param name="Count">How many entries it has, 1 or more.</param>
/// <param name="Root">Merkle root of the entries' hashes (RFC 6962, SM3), 32 bytes.</param>
public sealed record Leaf(long Id, LeafKind Kind, DateTimeOffset At, int Count, ReadOnlyMemory<byte> Root)
{
    /// <summary>Bytes of a leaf.</summary>
    public const int Length = 1 + 1 + 8 + 8 + 4 + Sm3.HashBytes;

    private const byte Version = 1;

    /// <summary>The leaf as bytes: version 1, kind, id, microseconds since 1970, count (all big-endian), root. Receipts are signed over them, and the tree hashes them.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[Length];
        bytes[0] = Version;
        bytes[1] = (byte)Kind;
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(2), Id);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(10), (At - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(18), Count);
        Root.Span.CopyTo(bytes.AsSpan(22));
        return bytes;
    }

    /// <summary>Hash of the leaf in the tree.</summary>
    public byte[] Hash() => Merkle.HashLeaf(ToBytes());

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <exception cref="InvalidDataException">Another version or length.</exception>
    public static Leaf Read(ReadOnlySpan<byte> bytes) => bytes.Length == Length && bytes[0] == Version
        ? new Leaf(
            BinaryPrimitives.ReadInt64BigEndian(bytes[2..]),
            (LeafKind)bytes[1],
            DateTimeOffset.UnixEpoch.AddTicks(BinaryPrimitives.ReadInt64BigEndian(bytes[10..]) * TimeSpan.TicksPerMicrosecond),
            BinaryPrimitives.ReadInt32BigEndian(bytes[18..]),
            bytes[22..].ToArray())
        : throw new InvalidDataException("A leaf has version 1 and 54 bytes.");
}
