using System.Buffers;
using DataHub.Crypto.Signing;
using DataHub.Ledger.Forms;

namespace DataHub.Ledger.Heads;

/// <summary>A head and who vouches for it. Believe nothing of it before <see cref="HeadVerifier"/> has seen it.</summary>
/// <param name="Text">Text of the head, as signed (<see cref="TreeHead"/>).</param>
/// <param name="Signature">SM2 with SM3 over the text, DER.</param>
/// <param name="Certificates">DER: the signer's own certificate, the issuing authority's where there is one, then the root's (which a verifier has from elsewhere).</param>
public sealed record SignedHead(ReadOnlyMemory<byte> Text, ReadOnlyMemory<byte> Signature, IReadOnlyList<ReadOnlyMemory<byte>> Certificates)
{
    /// <summary>Common name (CN) in certificates of heads' signers. No licence issuer is certified under it, so none can sign a head.</summary>
    public const string SignerName = "DataHub ledger";

    private const byte Version = 1;
    private const int MaxCertificates = 4;

    /// <summary>Signs a head.</summary>
    /// <param name="head">The head.</param>
    /// <param name="signer">An SM2 signer whose certificate is for <see cref="SignerName"/>.</param>
    public static SignedHead Sign(TreeHead head, ISigner signer)
    {
        ArgumentNullException.ThrowIfNull(head);
        ArgumentNullException.ThrowIfNull(signer);
        var text = head.ToBytes();
        return new SignedHead(text, signer.Sign(text), signer.CertificateChain);
    }

    /// <summary>What the next head names: SM3 of the text.</summary>
    public byte[] Hash() => TreeHead.Hash(Text.Span);

    /// <summary>The signed head as bytes: version 1, then text, signature, and the certificates behind their count; each as a big-endian 32-bit length and its bytes.</summary>
    public byte[] ToBytes()
    {
        var output = new ArrayBufferWriter<byte>(2048);
        var writer = new FieldWriter(output);
        writer.Byte(Version);
        writer.Field(Text.Span);
        writer.Field(Signature.Span);
        writer.Fields(Certificates);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <exception cref="InvalidDataException">Another version, cut off, or something left over.</exception>
    public static SignedHead Read(ReadOnlyMemory<byte> bytes)
    {
        var reader = new FieldReader(bytes);
        if (reader.Byte() != Version)
        {
            throw new InvalidDataException("A signed head begins with version 1.");
        }

        var head = new SignedHead(reader.Field(), reader.Field(), reader.Fields(MaxCertificates));
        reader.End();
        return head;
    }
}
