using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace DataHub.Kernel.Json;

/// <summary>Strings and integers of RFC 8785 (sections 3.2.2.2 and 3.2.2.3).</summary>
internal static class CanonicalText
{
    private const long MaxInteger = (1L << 53) - 1;

    /// <summary>Writes a string with quotes and the escapes that JSON demands, no others.</summary>
    public static void WriteString(IBufferWriter<byte> output, string text)
    {
        output.Write("\""u8);
        foreach (var rune in Checked(text).EnumerateRunes())
        {
            WriteRune(output, rune);
        }

        output.Write("\""u8);
    }

    /// <summary>Writes the UTF-8 of a string that held no escape in its source, which is its canonical form already.</summary>
    public static void WritePlain(IBufferWriter<byte> output, ReadOnlySpan<byte> utf8)
    {
        if (!Utf8.IsValid(utf8))
        {
            throw JsonFaults.Text();
        }

        output.Write("\""u8);
        output.Write(utf8);
        output.Write("\""u8);
    }

    public static void WriteInteger(IBufferWriter<byte> output, long number)
    {
        if (number is < -MaxInteger or > MaxInteger)
        {
            throw JsonFaults.Number();
        }

        var span = output.GetSpan(20);
        number.TryFormat(span, out var length, provider: System.Globalization.CultureInfo.InvariantCulture);
        output.Advance(length);
    }

    private static string Checked(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !(i + 1 < text.Length && char.IsSurrogatePair(text[i], text[++i])))
            {
                throw JsonFaults.Text();
            }
        }

        return text;
    }

    private static void WriteRune(IBufferWriter<byte> output, Rune rune)
    {
        switch (rune.Value)
        {
            case '"': output.Write("\\\""u8); break;
            case '\\': output.Write("\\\\"u8); break;
            case '\b': output.Write("\\b"u8); break;
            case '\t': output.Write("\\t"u8); break;
            case '\n': output.Write("\\n"u8); break;
            case '\f': output.Write("\\f"u8); break;
            case '\r': output.Write("\\r"u8); break;
            case < ' ': output.Write(Encoding.ASCII.GetBytes($"\\u{rune.Value:x4}")); break;
            default: output.Advance(rune.EncodeToUtf8(output.GetSpan(4))); break;
        }
    }
}
