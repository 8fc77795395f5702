namespace DataHub.Crypto.Der;

/// <summary>
/// Elliptic-curve keys name their curve: id-ecPublicKey is followed by the identifier of an allowed curve, and field types, which only
/// explicit parameters contain, stand nowhere. Parameters chosen by the sender cost minutes (binary fields) or prove nothing (a
/// generator that fits the forged key).
/// </summary>
internal ref struct NamedCurveRule
{
    private bool _curveIsNext;

    // Content bytes of 1.2.840.10045.2.1 and of the arc 1.2.840.10045.1 (field types).
    private static ReadOnlySpan<byte> EcPublicKey => [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01];

    private static ReadOnlySpan<byte> FieldTypes => [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x01];

    private static ReadOnlySpan<byte> Sm2P256V1 => [0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x01, 0x82, 0x2D];

    private static ReadOnlySpan<byte> P256 => [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07];

    private static ReadOnlySpan<byte> P384 => [0x2B, 0x81, 0x04, 0x00, 0x22];

    /// <summary>Looks at the next element, in order; <paramref name="parentEnd"/> is where the element that holds it ends.</summary>
    public DerRefusal Check(ReadOnlySpan<byte> der, DerHeader header, int parentEnd)
    {
        var oid = header.Tag == DerContent.OidTag ? der.Slice(header.ContentStart, header.ContentLength) : [];
        if (oid.StartsWith(FieldTypes) || (_curveIsNext && !IsAllowed(oid)))
        {
            return DerRefusal.CurveNotNamed;
        }

        _curveIsNext = oid.SequenceEqual(EcPublicKey);
        return _curveIsNext && header.End == parentEnd ? DerRefusal.CurveNotNamed : DerRefusal.None;
    }

    private static bool IsAllowed(ReadOnlySpan<byte> oid) =>
        oid.SequenceEqual(Sm2P256V1) || oid.SequenceEqual(P256) || oid.SequenceEqual(P384);
}
