namespace DataHub.Crypto.Der;

/// <summary>What the gate found.</summary>
/// <param name="Refusal">Why the bytes are refused; <see cref="DerRefusal.None"/> when they may be parsed.</param>
/// <param name="Offset">Byte at which the element begins that decided it; the length of the input when accepted.</param>
/// <param name="Nodes">Elements looked at until then.</param>
public readonly record struct DerVerdict(DerRefusal Refusal, int Offset, int Nodes)
{
    /// <summary>Whether a parser may see the bytes.</summary>
    public bool Accepted => Refusal is DerRefusal.None;
}
