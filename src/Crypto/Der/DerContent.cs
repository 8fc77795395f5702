namespace DataHub.Crypto.Der;

/// <summary>What DER asks of the content of universal types, as far as two encodings could otherwise mean the same.</summary>
internal static class DerContent
{
    public const byte OidTag = 0x06;

    private const int ClassBits = 0xC0;
    private const int TagNumberBits = 0x1F;

    public static DerRefusal Check(ReadOnlySpan<byte> der, DerHeader header, DerLimits limits)
    {
        if ((header.Tag & ClassBits) != 0)
        {
            return DerRefusal.None;
        }

        // SEQUENCE, SET, EXTERNAL and EMBEDDED PDV are constructed, every other universal type is primitive (X.690, 10.2).
        var number = header.Tag & TagNumberBits;
        if (number == 0 || header.IsConstructed != (number is 8 or 11 or 16 or 17))
        {
            return DerRefusal.WrongForm;
        }

        var content = der.Slice(header.ContentStart, header.ContentLength);
        return number switch
        {
            1 => Minimal(content is [0x00] or [0xFF]),
            2 or 10 => Minimal(IsMinimalInteger(content)),
            3 => Minimal(IsCleanBitString(content)),
            5 => Minimal(content.IsEmpty),
            6 or 13 => IsOid(content, limits.MaxOidBytes) ? DerRefusal.None : DerRefusal.BadOid,
            _ => DerRefusal.None,
        };
    }

    private static DerRefusal Minimal(bool holds) => holds ? DerRefusal.None : DerRefusal.ContentNotMinimal;

    private static bool IsMinimalInteger(ReadOnlySpan<byte> content) => content switch
    {
        [] => false,
        [0x00, < 0x80, ..] or [0xFF, >= 0x80, ..] => false,
        _ => true,
    };

    private static bool IsCleanBitString(ReadOnlySpan<byte> content) => content switch
    {
        [] => false,
        [var unused] => unused == 0,
        [var unused, .., var last] => unused < 8 && (last & ((1 << unused) - 1)) == 0,
    };

    private static bool IsOid(ReadOnlySpan<byte> content, int maxBytes)
    {
        if (content.IsEmpty || content.Length > maxBytes || content[^1] >= 0x80)
        {
            return false;
        }

        var startsArc = true;
        foreach (var b in content)
        {
            if (startsArc && b == 0x80)
            {
                return false;
            }

            startsArc = b < 0x80;
        }

        return true;
    }
}
