using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace DataHub.Ledger.Forms;

/// <summary>Writes the binary forms of this room: numbers big-endian, fields of variable length as a 32-bit length and their bytes.</summary>
internal readonly struct FieldWriter(ArrayBufferWriter<byte> output)
{
    public void Byte(byte value) => output.Write([value]);

    public void Int32(int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(output.GetSpan(sizeof(int)), value);
        output.Advance(sizeof(int));
    }

    public void Int64(long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(output.GetSpan(sizeof(long)), value);
        output.Advance(sizeof(long));
    }

    public void Fixed(ReadOnlySpan<byte> bytes) => output.Write(bytes);

    public void Field(ReadOnlySpan<byte> bytes)
    {
        Int32(bytes.Length);
        output.Write(bytes);
    }

    public void Text(string text) => Field(Encoding.UTF8.GetBytes(text));

    public void Fields(IReadOnlyList<ReadOnlyMemory<byte>> fields)
    {
        Int32(fields.Count);
        foreach (var field in fields)
        {
            Field(field.Span);
        }
    }
}
