namespace DataHub.Crypto.Sm2;

/// <summary>SM3 (GB/T 32905-2016) over data that comes in parts. After <see cref="Finish()"/> it starts again with nothing. Not thread-safe.</summary>
public sealed class Sm3Hasher
{
    private readonly uint[] _state = Sm3Block.Start.ToArray();
    private readonly byte[] _block = new byte[Sm3Block.Bytes];
    private long _length;

    private int Waiting => (int)(_length % Sm3Block.Bytes);

    /// <summary>Adds the next part.</summary>
    /// <param name="data">Bytes; may be empty.</param>
    public void Append(ReadOnlySpan<byte> data)
    {
        if (Waiting > 0)
        {
            var taken = data[..Math.Min(data.Length, Sm3Block.Bytes - Waiting)];
            taken.CopyTo(_block.AsSpan(Waiting));
            _length += taken.Length;
            data = data[taken.Length..];
            if (Waiting > 0)
            {
                return;
            }

            Sm3Block.Compress(_state, _block);
        }

        var whole = data.Length - (data.Length % Sm3Block.Bytes);
        Sm3Block.Compress(_state, data[..whole]);
        data[whole..].CopyTo(_block);
        _length += data.Length;
    }

    /// <summary>The hash of everything added since the last one.</summary>
    /// <returns>32 bytes.</returns>
    public byte[] Finish()
    {
        var hash = new byte[Sm3.HashBytes];
        Finish(hash);
        return hash;
    }

    /// <summary>The hash of everything added since the last one, into <paramref name="hash"/>.</summary>
    /// <param name="hash">Receives 32 bytes at its beginning.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="hash"/> is shorter than 32 bytes.</exception>
    public void Finish(Span<byte> hash)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hash.Length, Sm3.HashBytes, nameof(hash));
        Sm3.Finish(_state, _block.AsSpan(0, Waiting), _length, hash);
        Sm3Block.Start.CopyTo(_state);
        _length = 0;
    }
}
