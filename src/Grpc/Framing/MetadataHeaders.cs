using Grpc.Core;

namespace Grpc.Framing;

/// <summary>Metadata as headers and back.</summary>
internal static class MetadataHeaders
{
    /// <summary>Adds a header that came in, unless it belongs to the protocol or metadata can't hold it (odd name, text outside printable ASCII).</summary>
    /// <exception cref="RpcException">A binary header is not base64: INTERNAL.</exception>
    public static void AddReceived(Metadata metadata, string name, IEnumerable<string?> values)
    {
        var key = name.ToLowerInvariant();
        if (Wire.IsReserved(key) || !Metadata.Entry.IsKey(key))
        {
            return;
        }

        foreach (var value in values)
        {
            AddReceived(metadata, key, value ?? "");
        }
    }

    /// <summary>An entry as the value of a header.</summary>
    public static string Text(Metadata.Entry entry) => entry.IsBinary ? BinaryHeader.Encode(entry.RawBytes) : entry.Value;

    private static void AddReceived(Metadata metadata, string key, string value)
    {
        if (key.EndsWith(Metadata.BinaryHeaderSuffix, StringComparison.Ordinal))
        {
            BinaryHeader.AddTo(metadata, key, value);
        }
        else if (!value.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            metadata.Add(Metadata.Entry.Received(key, value));
        }
    }
}
