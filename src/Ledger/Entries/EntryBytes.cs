using System.Buffers.Binary;
using System.Text;

namespace DataHub.Ledger.Entries;

/// <summary>
/// Entries as bytes, for hashing and for receipts: version 1, kind, then each field in the order of <see cref="LedgerEntry"/> as a big-endian 32-bit length and its bytes (UTF-8 for texts); a
/// field that is null has length 0xFFFFFFFF. Stored for ever: a new form gets a new version.
/// </summary>
public static class EntryBytes
{
    private const byte Version = 1;
    private const uint Null = uint.MaxValue;
    private const int HeadBytes = 2;
    private const int LengthBytes = sizeof(uint);

    /// <summary>The entry as bytes.</summary>
    /// <param name="entry">The entry.</param>
    public static byte[] Of(LedgerEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ReadOnlySpan<string?> texts =
        [
            entry.Account, entry.Organisation, entry.Method, entry.Outcome, entry.Subject, entry.ServiceItem, entry.CaseNo, entry.LegalBasis, entry.RequestId, entry.Target,
        ];
        var bytes = new byte[HeadBytes + ((texts.Length + 1) * LengthBytes) + Utf8Bytes(texts) + (entry.Commitment?.Length ?? 0)];
        (bytes[0], bytes[1]) = (Version, (byte)entry.Kind);
        var rest = bytes.AsSpan(HeadBytes);
        foreach (var text in texts)
        {
            var written = text is null ? 0 : Encoding.UTF8.GetBytes(text, rest[LengthBytes..]);
            WriteLength(ref rest, text is null ? Null : (uint)written, written);
        }

        entry.Commitment.CopyTo(rest[LengthBytes..]);
        WriteLength(ref rest, entry.Commitment is null ? Null : (uint)entry.Commitment.Length, entry.Commitment?.Length ?? 0);
        return bytes;
    }

    /// <summary>Reads what <see cref="Of"/> wrote.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <exception cref="InvalidDataException">Another version, cut off, or something left over.</exception>
    public static LedgerEntry Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeadBytes || bytes[0] != Version)
        {
            throw new InvalidDataException("An entry begins with version 1 and its kind.");
        }

        var kind = (EntryKind)bytes[1];
        var rest = bytes[HeadBytes..];
        var entry = new LedgerEntry
        {
            Kind = kind,
            Account = Required(ref rest),
            Organisation = Required(ref rest),
            Method = Required(ref rest),
            Outcome = Required(ref rest),
            Subject = Text(ref rest),
            ServiceItem = Text(ref rest),
            CaseNo = Text(ref rest),
            LegalBasis = Text(ref rest),
            RequestId = Text(ref rest),
            Target = Text(ref rest),
            Commitment = Field(ref rest),
        };
        return rest.IsEmpty ? entry : throw new InvalidDataException("Bytes are left over behind an entry.");
    }

    private static int Utf8Bytes(ReadOnlySpan<string?> texts)
    {
        var sum = 0;
        foreach (var text in texts)
        {
            sum += text is null ? 0 : Encoding.UTF8.GetByteCount(text);
        }

        return sum;
    }

    // The length of a field whose bytes stand behind it already.
    private static void WriteLength(ref Span<byte> rest, uint length, int written)
    {
        BinaryPrimitives.WriteUInt32BigEndian(rest, length);
        rest = rest[(LengthBytes + written)..];
    }

    private static string Required(ref ReadOnlySpan<byte> rest) => Text(ref rest) ?? throw new InvalidDataException("A field that every entry has is missing.");

    private static string? Text(ref ReadOnlySpan<byte> rest) => Field(ref rest) is { } field ? Encoding.UTF8.GetString(field) : null;

    private static byte[]? Field(ref ReadOnlySpan<byte> rest)
    {
        if (rest.Length < LengthBytes)
        {
            throw new InvalidDataException("An entry is cut off.");
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(rest);
        rest = rest[LengthBytes..];
        if (length == Null)
        {
            return null;
        }

        if (length > rest.Length)
        {
            throw new InvalidDataException("An entry is cut off.");
        }

        var field = rest[..(int)length].ToArray();
        rest = rest[(int)length..];
        return field;
    }
}
