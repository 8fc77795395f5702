using System.Buffers;
using DataHub.Ledger.Entries;
using DataHub.Ledger.Forms;
using DataHub.Ledger.Proofs;

namespace DataHub.Ledger.Receipts;

/// <summary>
/// What the hub gives with an answer so that it can never deny it: the ledger's entry, the leaf it stands in, the way from one to the other, and a signature over the leaf. Verified offline by
/// <see cref="ReceiptVerifier"/>.
/// </summary>
/// <param name="Entry">The entry (<see cref="EntryBytes"/>).</param>
/// <param name="Salt">Salt of its commitment, 16 bytes.</param>
/// <param name="Leaf">The leaf (<see cref="Entries.Leaf.ToBytes"/>).</param>
/// <param name="Ordinal">Place of the entry in the leaf, from 0.</param>
/// <param name="Path">Hashes that lead from the entry to the leaf's root, nearest first.</param>
/// <param name="Signature">ES256 over the leaf, 64 bytes (RFC 7518, 3.4).</param>
/// <param name="Certificates">DER: the signer's certificate, then authorities between it and the root; the root itself may follow.</param>
public sealed record Receipt(
    ReadOnlyMemory<byte> Entry,
    ReadOnlyMemory<byte> Salt,
    ReadOnlyMemory<byte> Leaf,
    int Ordinal,
    IReadOnlyList<ReadOnlyMemory<byte>> Path,
    ReadOnlyMemory<byte> Signature,
    IReadOnlyList<ReadOnlyMemory<byte>> Certificates)
{
    private const byte Version = 1;
    private const int MaxCertificates = 4;

    /// <summary>
    /// The receipt as bytes: version 1, salt (16), leaf (54), ordinal (32 bits), then entry, signature, path and certificates, numbers big-endian, fields as a 32-bit length and their bytes, lists behind
    /// their count. Stored by others for years: a new form gets a new version.
    /// </summary>
    public byte[] ToBytes()
    {
        var output = new ArrayBufferWriter<byte>(2048);
        var writer = new FieldWriter(output);
        writer.Byte(Version);
        writer.Fixed(Salt.Span);
        writer.Fixed(Leaf.Span);
        writer.Int32(Ordinal);
        writer.Field(Entry.Span);
        writer.Field(Signature.Span);
        writer.Fields(Path);
        writer.Fields(Certificates);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote; nothing in it is believed yet.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <exception cref="InvalidDataException">Another version, cut off, or something left over.</exception>
    public static Receipt Read(ReadOnlyMemory<byte> bytes)
    {
        var reader = new FieldReader(bytes);
        if (reader.Byte() != Version)
        {
            throw new InvalidDataException("A receipt begins with version 1.");
        }

        var (salt, leaf, ordinal) = (reader.Fixed(Commitment.SaltBytes), reader.Fixed(Entries.Leaf.Length), reader.Int32());
        var (entry, signature) = (reader.Field(), reader.Field());
        var path = reader.Fields(InclusionProof.MaxHashes);
        var receipt = new Receipt(entry, salt, leaf, ordinal, path, signature, reader.Fields(MaxCertificates));
        reader.End();
        return receipt;
    }
}
