namespace DataHub.Crypto.Der;

/// <summary>What the DER gate lets through, by what the bytes are said to be.</summary>
/// <param name="MaxBytes">Longest encoding, header included.</param>
/// <param name="MaxDepth">Deepest nesting of constructed elements; 1 to 32.</param>
/// <param name="MaxNodes">Most elements, constructed and primitive.</param>
/// <param name="MaxOidBytes">Longest content of an object identifier.</param>
public sealed record DerLimits(int MaxBytes, int MaxDepth = DerLimits.DeepestNesting, int MaxNodes = 4096, int MaxOidBytes = 64)
{
    /// <summary>No profile may nest deeper.</summary>
    public const int DeepestNesting = 32;

    /// <summary>A certificate or certificate request: 8 KiB.</summary>
    public static DerLimits Certificate { get; } = new(8 * 1024);

    /// <summary>A signature value SEQUENCE { r, s } on a 256-bit curve: 80 bytes.</summary>
    public static DerLimits Signature { get; } = new(80, MaxDepth: 1, MaxNodes: 3);

    /// <summary>A public or private key: 1 KiB.</summary>
    public static DerLimits Key { get; } = new(1024, MaxDepth: 8, MaxNodes: 64);

    /// <summary>Anything else: 64 KiB.</summary>
    public static DerLimits General { get; } = new(64 * 1024);
}
