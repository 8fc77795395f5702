using DataHub.Crypto.Sm2;

namespace DataHub.Ledger.Receipts;

/// <summary>
/// What a ledger entry says of a request and its answer without telling them: SM3(salt ‖ SM3(request) ‖ SM3(answer)). The salt is in the receipt only, so that nobody can try out likely requests against the
/// ledger.
/// </summary>
public static class Commitment
{
    /// <summary>Bytes of a salt.</summary>
    public const int SaltBytes = 16;

    /// <summary>Commits to a request and its answer.</summary>
    /// <param name="salt">16 random bytes, new for every answer.</param>
    /// <param name="request">The request as received, deterministic protobuf.</param>
    /// <param name="answer">The answer as sent but for the receipt in it, deterministic protobuf.</param>
    /// <returns>32 bytes.</returns>
    /// <exception cref="ArgumentException">The salt has another length.</exception>
    public static byte[] Of(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> request, ReadOnlySpan<byte> answer)
    {
        if (salt.Length != SaltBytes)
        {
            throw new ArgumentException("A salt has 16 bytes.", nameof(salt));
        }

        Span<byte> committed = stackalloc byte[SaltBytes + (2 * Sm3.HashBytes)];
        salt.CopyTo(committed);
        Sm3.Hash(request, committed[SaltBytes..]);
        Sm3.Hash(answer, committed[(SaltBytes + Sm3.HashBytes)..]);
        return Sm3.Hash(committed);
    }
}
