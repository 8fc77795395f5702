namespace DataHub.Crypto.Sealing;

/// <summary>An unwrapped 256-bit key under which values are sealed. Numbers are never reused, so a sealed value names its key for ever.</summary>
/// <param name="Number">Number of the key, above 0; what a sealed value carries as <c>K</c>.</param>
/// <param name="Bytes">32 bytes; never written anywhere unwrapped.</param>
public sealed record DataKey(long Number, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Names the key without showing it.</summary>
    public override string ToString() => $"DataKey {Number}";
}
