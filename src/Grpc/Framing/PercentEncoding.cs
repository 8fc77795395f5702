using System.Buffers;
using System.Text;

namespace Grpc.Framing;

/// <summary>Text of <c>grpc-message</c>: UTF-8, every byte outside U+0020 to U+007E and the percent sign as <c>%XX</c>.</summary>
internal static class PercentEncoding
{
    private const string HexDigits = "0123456789ABCDEF";

    public static string Encode(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~') && !text.Contains('%', StringComparison.Ordinal))
        {
            return text;
        }

        var encoded = new StringBuilder(text.Length * 3);
        foreach (var octet in Encoding.UTF8.GetBytes(text))
        {
            _ = octet is >= 0x20 and <= 0x7E and not (byte)'%'
                ? encoded.Append((char)octet)
                : encoded.Append('%').Append(HexDigits[octet >> 4]).Append(HexDigits[octet & 15]);
        }

        return encoded.ToString();
    }

    /// <summary>Decodes; what is no valid escape stays as it is, because a status must never be lost over its text.</summary>
    public static string Decode(string text)
    {
        if (!text.Contains('%', StringComparison.Ordinal))
        {
            return text;
        }

        var octets = new ArrayBufferWriter<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (IsEscape(text, i))
            {
                octets.Write([(byte)((HexValue(text[i + 1]) << 4) | HexValue(text[i + 2]))]);
                i += 2;
            }
            else
            {
                octets.Write(Encoding.UTF8.GetBytes(text, i, 1));
            }
        }

        return Encoding.UTF8.GetString(octets.WrittenSpan);
    }

    private static bool IsEscape(string text, int at) =>
        text[at] == '%' && at + 2 < text.Length && char.IsAsciiHexDigit(text[at + 1]) && char.IsAsciiHexDigit(text[at + 2]);

    private static int HexValue(char digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
