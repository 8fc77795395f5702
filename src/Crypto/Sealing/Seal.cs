using System.Security.Cryptography;
using System.Text;

namespace DataHub.Crypto.Sealing;

/// <summary>Seals and opens bytes with AES-256-GCM (NIST SP 800-38D): random 12-byte nonce, 16-byte tag, the place as associated data.</summary>
public static class Seal
{
    /// <summary>Bytes that sealing adds: nonce and tag.</summary>
    public const int OverheadBytes = NonceBytes + TagBytes;

    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    /// <summary>Seals <paramref name="plain"/> for one place.</summary>
    /// <param name="key">Key to seal under.</param>
    /// <param name="place">Where the value stands, for example a stream key; opening it anywhere else fails.</param>
    /// <param name="plain">What to seal; may be empty.</param>
    public static SealedValue Close(DataKey key, string place, ReadOnlySpan<byte> plain) =>
        new(key.Number, Close(key.Bytes.Span, place, plain));

    /// <summary>Opens a value sealed for <paramref name="place"/>.</summary>
    /// <param name="key">The key whose number the value carries.</param>
    /// <param name="place">The place it was sealed for.</param>
    /// <param name="value">The sealed value.</param>
    /// <exception cref="CryptographicException">Another key, another place, or changed bytes.</exception>
    public static byte[] Open(DataKey key, string place, SealedValue value) =>
        key.Number == value.K
            ? Open(key.Bytes.Span, place, value.C)
            : throw new CryptographicException($"The value is sealed under key {value.K}, not {key.Number}.");

    /// <summary>Seals under bare key bytes; used for wrapping keys under a key-encryption key.</summary>
    /// <param name="key">32 bytes.</param>
    /// <param name="place">Where the value stands.</param>
    /// <param name="plain">What to seal.</param>
    /// <returns>Nonce, ciphertext, tag.</returns>
    public static byte[] Close(ReadOnlySpan<byte> key, string place, ReadOnlySpan<byte> plain)
    {
        var sealedBytes = new byte[NonceBytes + plain.Length + TagBytes];
        var nonce = sealedBytes.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key, TagBytes);
        aes.Encrypt(nonce, plain, sealedBytes.AsSpan(NonceBytes, plain.Length), sealedBytes.AsSpan(NonceBytes + plain.Length), Encoding.UTF8.GetBytes(place));
        return sealedBytes;
    }

    /// <summary>Opens what <see cref="Close(ReadOnlySpan{byte}, string, ReadOnlySpan{byte})"/> sealed.</summary>
    /// <param name="key">32 bytes.</param>
    /// <param name="place">The place it was sealed for.</param>
    /// <param name="sealedBytes">Nonce, ciphertext, tag.</param>
    /// <exception cref="CryptographicException">Another key, another place, too short, or changed bytes.</exception>
    public static byte[] Open(ReadOnlySpan<byte> key, string place, ReadOnlySpan<byte> sealedBytes)
    {
        if (sealedBytes.Length < OverheadBytes)
        {
            throw new CryptographicException("A sealed value has at least 28 bytes.");
        }

        var plain = new byte[sealedBytes.Length - OverheadBytes];
        using var aes = new AesGcm(key, TagBytes);
        aes.Decrypt(sealedBytes[..NonceBytes], sealedBytes[NonceBytes..^TagBytes], sealedBytes[^TagBytes..], plain, Encoding.UTF8.GetBytes(place));
        return plain;
    }
}
