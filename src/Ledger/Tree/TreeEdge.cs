using System.Buffers.Binary;
using System.Numerics;
using DataHub.Crypto.Sm2;

namespace DataHub.Ledger.Tree;

/// <summary>
/// The right edge of a growing tree: the roots of its complete subtrees, one for each bit set in its size. All that is needed to append and to know the root, 32 bytes × log₂ of the size. Not
/// thread-safe.
/// </summary>
public sealed class TreeEdge
{
    private const int SizeBytes = 8;
    private const int MaxLevels = 63;

    // Largest subtree first.
    private readonly byte[] _hashes = new byte[MaxLevels * Sm3.HashBytes];

    /// <summary>Told of every subtree that became complete, from the leaf itself (level 0) up.</summary>
    /// <param name="node">Which one.</param>
    /// <param name="hash">Its hash; valid during the call.</param>
    public delegate void Completed(TreeNode node, ReadOnlySpan<byte> hash);

    /// <summary>How many leaves the tree has.</summary>
    public long Size { get; private set; }

    private int Count => BitOperations.PopCount((ulong)Size);

    /// <summary>Adds a leaf.</summary>
    /// <param name="leafHash">Its hash, 32 bytes.</param>
    /// <param name="completed">Told of every subtree that it completes; stores nodes, if somebody wants them stored.</param>
    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public void Append(ReadOnlySpan<byte> leafHash, Completed? completed = null)
    {
        if (leafHash.Length != Sm3.HashBytes)
        {
            throw new ArgumentException("A leaf's hash has 32 bytes.", nameof(leafHash));
        }

        Span<byte> hash = stackalloc byte[Sm3.HashBytes];
        leafHash.CopyTo(hash);
        var count = Count;
        var node = new TreeNode(0, Size);
        completed?.Invoke(node, hash);
        while (node.IsRight)
        {
            Merkle.HashNode(At(--count), hash, hash);
            node = node.Parent;
            completed?.Invoke(node, hash);
        }

        hash.CopyTo(At(count));
        Size++;
    }

    /// <summary>The root of the tree as it is now, 32 bytes.</summary>
    public byte[] Root()
    {
        var root = new byte[Sm3.HashBytes];
        Root(root);
        return root;
    }

    /// <summary>The root of the tree as it is now, into <paramref name="root"/>.</summary>
    /// <param name="root">Receives 32 bytes at its beginning.</param>
    public void Root(Span<byte> root)
    {
        var count = Count;
        (count == 0 ? Merkle.EmptyRoot.Span : At(--count)).CopyTo(root);
        while (count > 0)
        {
            Merkle.HashNode(At(--count), root[..Sm3.HashBytes], root);
        }
    }

    /// <summary>Starts again with no leaves.</summary>
    public void Clear() => Size = 0;

    /// <summary>A tree of the same leaves that grows by itself.</summary>
    public TreeEdge Copy()
    {
        var copy = new TreeEdge { Size = Size };
        _hashes.CopyTo(copy._hashes, 0);
        return copy;
    }

    /// <summary>The edge as bytes: size (64 bits, big-endian), then the hashes of the complete subtrees, largest first.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[SizeBytes + (Count * Sm3.HashBytes)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, Size);
        _hashes.AsSpan(0, Count * Sm3.HashBytes).CopyTo(bytes.AsSpan(SizeBytes));
        return bytes;
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <exception cref="InvalidDataException">Negative size, or not as many hashes as the size asks for.</exception>
    public static TreeEdge Read(ReadOnlySpan<byte> bytes)
    {
        var edge = new TreeEdge { Size = bytes.Length >= SizeBytes ? BinaryPrimitives.ReadInt64BigEndian(bytes) : -1 };
        if (edge.Size < 0 || bytes.Length != SizeBytes + (edge.Count * Sm3.HashBytes))
        {
            throw new InvalidDataException("The edge of a tree is its size and one hash for each bit set in it.");
        }

        bytes[SizeBytes..].CopyTo(edge._hashes);
        return edge;
    }

    private Span<byte> At(int place) => _hashes.AsSpan(place * Sm3.HashBytes, Sm3.HashBytes);
}
