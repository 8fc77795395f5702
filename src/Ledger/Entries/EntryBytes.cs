using System.Buffers;
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

    /// <summary>The entry as bytes.</summary>
    /// <param name="entry">The entry.</param>
    public static byte[] Of(LedgerEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var output = new ArrayBufferWriter<byte>(256);
        output.Write([Version, (byte)entry.Kind]);
        foreach (var text in TextsOf(entry))
        {
            Write(output, text is null ? null : Encoding.UTF8.GetBytes(text));
        }

        Write(output, entry.Commitment);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads what <see cref="Of"/> wrote.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <exception cref="InvalidDataException">Another version, cut off, or something left over.</exception>
    public static LedgerEntry Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 2 || bytes[0] != Version)
        {
            throw new InvalidDataException("An entry begins with version 1 and its kind.");
        }

        var kind = (EntryKind)bytes[1];
        var rest = bytes[2..];
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

    private static string?[] TextsOf(LedgerEntry entry) =>
    [
        entry.Account, entry.Organisation, entry.Method, entry.Outcome, entry.Subject, entry.ServiceItem, entry.CaseNo, entry.LegalBasis, entry.RequestId, entry.Target,
    ];

    private static void Write(ArrayBufferWriter<byte> output, byte[]? field)
    {
        BinaryPrimitives.WriteUInt32BigEndian(output.GetSpan(4), field is null ? Null : (uint)field.Length);
        output.Advance(4);
        output.Write(field);
    }

    private static string Required(ref ReadOnlySpan<byte> rest) => Text(ref rest) ?? throw new InvalidDataException("A field that every entry has is missing.");

    private static string? Text(ref ReadOnlySpan<byte> rest) => Field(ref rest) is { } field ? Encoding.UTF8.GetString(field) : null;

    private static byte[]? Field(ref ReadOnlySpan<byte> rest)
    {
        if (rest.Length < 4)
        {
            throw new InvalidDataException("An entry is cut off.");
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(rest);
        rest = rest[4..];
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
