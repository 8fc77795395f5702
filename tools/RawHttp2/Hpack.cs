using System.Text;

namespace DataHub.RawHttp2;

/// <summary>As much of HPACK (RFC 7541) as a peer made by hand needs: literals out, literals and the static table in.</summary>
internal static class Hpack
{
    private static readonly string[] StaticNames =
    [
        "", ":authority", ":method", ":method", ":path", ":path", ":scheme", ":scheme", ":status", ":status", ":status", ":status", ":status", ":status", ":status",
        "accept-charset", "accept-encoding", "accept-language", "accept-ranges", "accept", "access-control-allow-origin", "age", "allow", "authorization",
        "cache-control", "content-disposition", "content-encoding", "content-language", "content-length", "content-location", "content-range", "content-type",
        "cookie", "date", "etag", "expect", "expires", "from", "host", "if-match", "if-modified-since", "if-none-match", "if-range", "if-unmodified-since",
        "last-modified", "link", "location", "max-forwards", "proxy-authenticate", "proxy-authorization", "range", "referer", "refresh", "retry-after", "server",
        "set-cookie", "strict-transport-security", "transfer-encoding", "user-agent", "vary", "via", "www-authenticate",
    ];

    private static readonly string[] StaticStatuses = ["200", "204", "206", "304", "400", "404", "500"];

    /// <summary>Every header as a literal that nobody is to remember; text as Latin-1, so that any octet can be sent.</summary>
    public static byte[] Encode(IEnumerable<(string Name, string Value)> headers)
    {
        var block = new List<byte>();
        foreach (var (name, value) in headers)
        {
            block.Add(0);
            AddText(block, name);
            AddText(block, value);
        }

        return [.. block];
    }

    public static List<(string Name, string Value)> Decode(ReadOnlySpan<byte> block)
    {
        var headers = new List<(string, string)>();
        var at = 0;
        while (at < block.Length)
        {
            if ((block[at] & 0x80) != 0)
            {
                var index = Number(block, ref at, 7);
                headers.Add((StaticNames[index], index is >= 8 and <= 14 ? StaticStatuses[index - 8] : throw new NotSupportedException($"Static header {index}.")));
            }
            else if ((block[at] & 0xE0) == 0x20)
            {
                Number(block, ref at, 5);
            }
            else
            {
                var index = Number(block, ref at, (block[at] & 0x40) != 0 ? 6 : 4);
                var name = index == 0 ? Text(block, ref at) : StaticNames[index];
                headers.Add((name, Text(block, ref at)));
            }
        }

        return headers;
    }

    private static void AddText(List<byte> block, string text)
    {
        var octets = Encoding.Latin1.GetBytes(text);
        if (octets.Length < 127)
        {
            block.Add((byte)octets.Length);
        }
        else
        {
            block.Add(127);
            for (var rest = octets.Length - 127; ; rest >>= 7)
            {
                block.Add((byte)(rest > 127 ? rest & 127 | 128 : rest));
                if (rest <= 127)
                {
                    break;
                }
            }
        }

        block.AddRange(octets);
    }

    private static int Number(ReadOnlySpan<byte> block, ref int at, int prefixBits)
    {
        var most = (1 << prefixBits) - 1;
        var value = block[at++] & most;
        if (value < most)
        {
            return value;
        }

        for (var shift = 0; ; shift += 7)
        {
            var octet = block[at++];
            value += (octet & 127) << shift;
            if ((octet & 128) == 0)
            {
                return value;
            }
        }
    }

    private static string Text(ReadOnlySpan<byte> block, ref int at)
    {
        if ((block[at] & 0x80) != 0)
        {
            throw new NotSupportedException("The server used Huffman coding.");
        }

        var length = Number(block, ref at, 7);
        at += length;
        return Encoding.Latin1.GetString(block.Slice(at - length, length));
    }
}
