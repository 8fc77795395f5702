using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace DataHub.Crypto.Sm2;

/// <summary>The compression function of SM3 (GB/T 32905-2016, 5.3). Our own, because a ledger's audit is nothing but SM3 and the library's takes two to three times as long; the tests hold it against the library and OpenSSL.</summary>
internal static class Sm3Block
{
    public const int Bytes = 64;

    private const int Rounds = 64;
    private const int EarlyRounds = 16;
    private const int Words = 68;

    // T_j rotated left by j (5.3.3), which the standard asks for anew in every round.
    private static readonly uint[] Constants = [.. Enumerable.Range(0, Rounds).Select(j => BitOperations.RotateLeft(j < EarlyRounds ? 0x79CC4519u : 0x7A879D8Au, j))];

    /// <summary>The state before anything (4.1).</summary>
    public static ReadOnlySpan<uint> Start => [0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E];

    /// <summary>Takes whole blocks into the state.</summary>
    /// <param name="state">Eight words.</param>
    /// <param name="blocks">A multiple of 64 bytes.</param>
    public static void Compress(Span<uint> state, ReadOnlySpan<byte> blocks)
    {
        Span<uint> words = stackalloc uint[Words];
        for (; blocks.Length >= Bytes; blocks = blocks[Bytes..])
        {
            Expand(blocks, words);
            Rotate(state, words);
        }
    }

    /// <summary>Message expansion (5.3.2).</summary>
    private static void Expand(ReadOnlySpan<byte> block, Span<uint> w)
    {
        for (var j = 0; j < EarlyRounds; j++)
        {
            w[j] = BinaryPrimitives.ReadUInt32BigEndian(block[(4 * j)..]);
        }

        for (var j = EarlyRounds; j < Words; j++)
        {
            var x = w[j - 16] ^ w[j - 9] ^ BitOperations.RotateLeft(w[j - 3], 15);
            w[j] = x ^ BitOperations.RotateLeft(x, 15) ^ BitOperations.RotateLeft(x, 23) ^ BitOperations.RotateLeft(w[j - 13], 7) ^ w[j - 6];
        }
    }

    /// <summary>The rounds (5.3.3), four at a time, so that the eight registers need not be moved.</summary>
    private static void Rotate(Span<uint> v, ReadOnlySpan<uint> w)
    {
        var (a, b, c, d, e, f, g, h) = (v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]);
        ReadOnlySpan<uint> t = Constants;
        for (var j = 0; j < EarlyRounds; j += 4)
        {
            Early(a, ref b, c, ref d, e, ref f, g, ref h, w[j], w[j + 4], t[j]);
            Early(d, ref a, b, ref c, h, ref e, f, ref g, w[j + 1], w[j + 5], t[j + 1]);
            Early(c, ref d, a, ref b, g, ref h, e, ref f, w[j + 2], w[j + 6], t[j + 2]);
            Early(b, ref c, d, ref a, f, ref g, h, ref e, w[j + 3], w[j + 7], t[j + 3]);
        }

        for (var j = EarlyRounds; j < Rounds; j += 4)
        {
            Late(a, ref b, c, ref d, e, ref f, g, ref h, w[j], w[j + 4], t[j]);
            Late(d, ref a, b, ref c, h, ref e, f, ref g, w[j + 1], w[j + 5], t[j + 1]);
            Late(c, ref d, a, ref b, g, ref h, e, ref f, w[j + 2], w[j + 6], t[j + 2]);
            Late(b, ref c, d, ref a, f, ref g, h, ref e, w[j + 3], w[j + 7], t[j + 3]);
        }

        (v[0], v[1], v[2], v[3]) = (v[0] ^ a, v[1] ^ b, v[2] ^ c, v[3] ^ d);
        (v[4], v[5], v[6], v[7]) = (v[4] ^ e, v[5] ^ f, v[6] ^ g, v[7] ^ h);
    }

    /// <summary>A round below 16. What would move to A and E is left in D and H, and the caller turns the names.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Early(uint a, ref uint b, uint c, ref uint d, uint e, ref uint f, uint g, ref uint h, uint w, uint w4, uint t)
    {
        var rotated = BitOperations.RotateLeft(a, 12);
        var ss1 = BitOperations.RotateLeft(rotated + e + t, 7);
        d = (a ^ b ^ c) + d + (ss1 ^ rotated) + (w ^ w4);
        h = Permute((e ^ f ^ g) + h + ss1 + w);
        b = BitOperations.RotateLeft(b, 9);
        f = BitOperations.RotateLeft(f, 19);
    }

    /// <summary>A round from 16 on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Late(uint a, ref uint b, uint c, ref uint d, uint e, ref uint f, uint g, ref uint h, uint w, uint w4, uint t)
    {
        var rotated = BitOperations.RotateLeft(a, 12);
        var ss1 = BitOperations.RotateLeft(rotated + e + t, 7);
        d = ((a & b) | (c & (a | b))) + d + (ss1 ^ rotated) + (w ^ w4);
        h = Permute((g ^ (e & (f ^ g))) + h + ss1 + w);
        b = BitOperations.RotateLeft(b, 9);
        f = BitOperations.RotateLeft(f, 19);
    }

    /// <summary>P0 (4.4).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Permute(uint x) => x ^ BitOperations.RotateLeft(x, 9) ^ BitOperations.RotateLeft(x, 17);
}
