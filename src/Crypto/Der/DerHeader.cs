namespace DataHub.Crypto.Der;

/// <summary>Tag and length of one element (X.690, 8.1.2 and 8.1.3, as DER restricts them in 10.1).</summary>
internal readonly ref struct DerHeader
{
    private const int ConstructedBit = 0x20;
    private const int HighTagNumber = 0x1F;
    private const int LongFormBit = 0x80;
    private const int MaxLengthBytes = 3;

    private DerHeader(DerRefusal refusal, byte tag, int contentStart, int contentLength)
    {
        Refusal = refusal;
        Tag = tag;
        ContentStart = contentStart;
        ContentLength = contentLength;
    }

    public DerRefusal Refusal { get; }

    public byte Tag { get; }

    public int ContentStart { get; }

    public int ContentLength { get; }

    public int End => ContentStart + ContentLength;

    public bool IsConstructed => (Tag & ConstructedBit) != 0;

    /// <summary>Reads the header at <paramref name="at"/>; the element must end at or before <paramref name="limit"/>.</summary>
    public static DerHeader Read(ReadOnlySpan<byte> der, int at, int limit)
    {
        if (limit - at < 2)
        {
            return Refused(DerRefusal.Truncated);
        }

        var tag = der[at];
        if ((tag & HighTagNumber) == HighTagNumber)
        {
            return Refused(DerRefusal.HighTag);
        }

        var first = der[at + 1];
        return first < LongFormBit ? Bounded(tag, at + 2, first, limit) : ReadLong(der, tag, at + 2, first & ~LongFormBit, limit);
    }

    private static DerHeader ReadLong(ReadOnlySpan<byte> der, byte tag, int at, int lengthBytes, int limit)
    {
        if (lengthBytes == 0)
        {
            return Refused(DerRefusal.IndefiniteLength);
        }

        if (lengthBytes > MaxLengthBytes || limit - at < lengthBytes)
        {
            return Refused(DerRefusal.Truncated);
        }

        var length = 0;
        foreach (var b in der.Slice(at, lengthBytes))
        {
            length = (length << 8) | b;
        }

        var smallest = lengthBytes == 1 ? LongFormBit : 1 << (8 * (lengthBytes - 1));
        return length < smallest ? Refused(DerRefusal.LengthNotMinimal) : Bounded(tag, at + lengthBytes, length, limit);
    }

    private static DerHeader Bounded(byte tag, int contentStart, int length, int limit) =>
        length > limit - contentStart ? Refused(DerRefusal.Truncated) : new DerHeader(DerRefusal.None, tag, contentStart, length);

    private static DerHeader Refused(DerRefusal refusal) => new(refusal, 0, 0, 0);
}
