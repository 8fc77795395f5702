using System.Security.Cryptography;
using System.Text;

namespace DataHub.Crypto.Sealing;

/// <summary>
/// Keyed pseudonyms: base32 (lower case, RFC 4648 without padding) of the first 16 bytes of
/// HMAC-SHA256(index key, domain ‖ 0 ‖ id type ‖ 0 ‖ canonical id), 26 characters. Without the index key nobody can test a guess.
/// </summary>
public sealed class Pseudonyms
{
    /// <summary>Characters of a pseudonym.</summary>
    public const int Length = 26;

    private const int HashedBytes = 16;
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    private readonly byte[] _indexKey;

    internal Pseudonyms(byte[] indexKey) => _indexKey = indexKey;

    /// <summary>The pseudonym of a subject; the same in every resource.</summary>
    /// <param name="idType">Kind of identifier, for example <c>resident_id</c>.</param>
    /// <param name="canonicalId">The identifier in strict form; 15-digit resident numbers upgraded to 18 first.</param>
    public string OfSubject(string idType, string canonicalId) => Compute("subject", idType, canonicalId);

    /// <summary>The pseudonym of a record's key.</summary>
    /// <param name="resource">Resource code.</param>
    /// <param name="canonicalKey">The canonical key tuple.</param>
    public string OfKey(string resource, string canonicalKey) => Compute($"key/{resource}", "", canonicalKey);

    /// <summary>The pseudonym of an indexed field's value.</summary>
    /// <param name="field">Field name.</param>
    /// <param name="canonicalValue">The value in canonical form.</param>
    public string OfField(string field, string canonicalValue) => Compute($"field/{field}", "", canonicalValue);

    private string Compute(string domain, string idType, string canonicalId)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_indexKey, Encoding.UTF8.GetBytes($"{domain}\0{idType}\0{canonicalId}"), hash);
        return Base32(hash[..HashedBytes]);
    }

    private static string Base32(ReadOnlySpan<byte> bytes)
    {
        Span<char> text = stackalloc char[Length];
        int buffer = 0, bits = 0, at = 0;
        foreach (var b in bytes)
        {
            buffer = (buffer << 8) | b;
            for (bits += 8; bits >= 5; bits -= 5)
            {
                text[at++] = Alphabet[(buffer >> (bits - 5)) & 31];
            }

            buffer &= (1 << bits) - 1;
        }

        text[at] = Alphabet[(buffer << (5 - bits)) & 31];
        return new string(text);
    }
}
