using System.Buffers.Text;
using System.Text;
using Grpc.Core;

namespace Grpc.Framing;

/// <summary>Values of <c>-bin</c> headers: base64, written without padding, read with or without.</summary>
internal static class BinaryHeader
{
    public static string Encode(ReadOnlySpan<byte> value) => Convert.ToBase64String(value).TrimEnd('=');

    /// <summary>Adds every value of a header: joined ones stand between commas.</summary>
    /// <exception cref="RpcException">Not base64: INTERNAL.</exception>
    public static void AddTo(Metadata metadata, string lowerCaseKey, string headerValue)
    {
        foreach (var part in headerValue.AsSpan().Split(','))
        {
            metadata.Add(Metadata.Entry.Received(lowerCaseKey, Decode(lowerCaseKey, headerValue.AsSpan(part).Trim())));
        }
    }

    private static byte[] Decode(string key, ReadOnlySpan<char> text)
    {
        var padded = Encoding.ASCII.GetBytes(text.TrimEnd('=').ToString()) is var bare && bare.Length % 4 is var rest and not 0
            ? [.. bare, .. "=="u8[..Math.Min(2, 4 - rest)]]
            : bare;
        var decoded = new byte[Base64.GetMaxDecodedFromUtf8Length(padded.Length)];
        return Base64.DecodeFromUtf8(padded, decoded, out _, out var written) == System.Buffers.OperationStatus.Done
            ? decoded[..written]
            : throw new RpcException(new Status(StatusCode.Internal, $"Metadata {key} is not base64."));
    }
}
