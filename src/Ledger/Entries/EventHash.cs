using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using DataHub.Kernel.Json;
using DataHub.Ledger.Tree;

namespace DataHub.Ledger.Entries;

/// <summary>
/// The hash of an event in the ledger: over stream, type (length-prefixed UTF-8), version, sequence, microseconds since 1970 (big-endian) and the RFC 8785 form of its data, which is the same whether taken
/// from the JSON sent or from jsonb as read back.
/// </summary>
public static class EventHash
{
    /// <summary>The hash of an event.</summary>
    /// <param name="streamId">Key of its stream.</param>
    /// <param name="type">Alias of its type.</param>
    /// <param name="version">Its place in its stream.</param>
    /// <param name="sequence">Its place among all events.</param>
    /// <param name="at">When it was stored, whole microseconds.</param>
    /// <param name="json">Its data, UTF-8.</param>
    /// <returns>32 bytes.</returns>
    /// <exception cref="Kernel.Faults.FaultException">The data have no canonical form: <c>JSON_NUMBER</c> and the others of <see cref="CanonicalJson"/>.</exception>
    public static byte[] Of(string streamId, string type, long version, long sequence, DateTimeOffset at, ReadOnlyMemory<byte> json)
    {
        var output = new ArrayBufferWriter<byte>(json.Length + 128);
        Write(output, streamId);
        Write(output, type);
        Write(output, version);
        Write(output, sequence);
        Write(output, (at - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);
        using var document = JsonDocument.Parse(json);
        CanonicalJson.Write(output, document.RootElement);
        return Merkle.HashLeaf(output.WrittenSpan);
    }

    private static void Write(ArrayBufferWriter<byte> output, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        BinaryPrimitives.WriteInt32BigEndian(output.GetSpan(4), bytes.Length);
        output.Advance(4);
        output.Write(bytes);
    }

    private static void Write(ArrayBufferWriter<byte> output, long number)
    {
        BinaryPrimitives.WriteInt64BigEndian(output.GetSpan(8), number);
        output.Advance(8);
    }
}
