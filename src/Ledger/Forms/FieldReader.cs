using System.Buffers.Binary;
using System.Text;

namespace DataHub.Ledger.Forms;

/// <summary>Reads what <see cref="FieldWriter"/> wrote, strictly: what is cut off, longer than allowed or left over is an <see cref="InvalidDataException"/>. What it returns are parts of the bytes given.</summary>
/// <param name="bytes">The form.</param>
internal sealed class FieldReader(ReadOnlyMemory<byte> bytes)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Bytes read so far.</summary>
    public int Position { get; private set; }

    public byte Byte() => Fixed(1).Span[0];

    public int Int32() => BinaryPrimitives.ReadInt32BigEndian(Fixed(sizeof(int)).Span);

    public long Int64() => BinaryPrimitives.ReadInt64BigEndian(Fixed(sizeof(long)).Span);

    public ReadOnlyMemory<byte> Fixed(int length)
    {
        if (length < 0 || length > bytes.Length - Position)
        {
            throw new InvalidDataException($"{length} bytes are expected at byte {Position} of {bytes.Length}.");
        }

        Position += length;
        return bytes.Slice(Position - length, length);
    }

    public ReadOnlyMemory<byte> Field() => Fixed(Int32());

    public string Text()
    {
        var at = Position;
        try
        {
            return Utf8.GetString(Field().Span);
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidDataException($"The text at byte {at} is not UTF-8.", e);
        }
    }

    /// <summary>A count and as many fields; each has at least its length, so that a count cannot ask for more than the bytes there are.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Fields(int maxCount)
    {
        var fields = new ReadOnlyMemory<byte>[Count(maxCount, sizeof(int))];
        for (var i = 0; i < fields.Length; i++)
        {
            fields[i] = Field();
        }

        return fields;
    }

    /// <summary>A count of things that take so many bytes each at least.</summary>
    public int Count(int maxCount, int leastBytes)
    {
        var at = Position;
        var count = Int32();
        return count >= 0 && count <= maxCount && (long)count * leastBytes <= bytes.Length - Position
            ? count
            : throw new InvalidDataException($"The count {count} at byte {at} is not possible.");
    }

    public void End()
    {
        if (Position != bytes.Length)
        {
            throw new InvalidDataException($"{bytes.Length - Position} bytes are left over at byte {Position}.");
        }
    }
}
