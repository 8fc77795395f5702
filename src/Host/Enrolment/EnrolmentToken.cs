using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace DataHub.Host.Enrolment;

/// <summary>A one-time token: <c>dhe_</c> and 32 random bytes in base64url. What cannot be guessed needs no slow hash: the database holds its SHA-256.</summary>
internal static class EnrolmentToken
{
    private const string Prefix = "dhe_";
    private const int SecretBytes = 32;
    private const int Length = 4 + 43;

    public static string New() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));

    /// <summary>What the database knows it by; null where it cannot be a token.</summary>
    public static byte[]? HashOf(string token) =>
        token.Length == Length && token.StartsWith(Prefix, StringComparison.Ordinal) && Base64Url.IsValid(token.AsSpan(Prefix.Length))
            ? SHA256.HashData(Encoding.ASCII.GetBytes(token))
            : null;
}
