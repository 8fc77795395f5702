using System.Buffers;
using System.Buffers.Binary;
using Grpc.Core;

namespace Grpc.Framing;

/// <summary>The five bytes in front of a message.</summary>
/// <param name="IsCompressed">Whether the message is compressed as <c>grpc-encoding</c> says.</param>
/// <param name="PayloadBytes">Length of the message on the wire.</param>
internal readonly record struct FrameHeader(bool IsCompressed, int PayloadBytes)
{
    public static void Write(Span<byte> destination, int payloadBytes, bool isCompressed = false)
    {
        destination[0] = isCompressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32BigEndian(destination[1..], (uint)payloadBytes);
    }

    /// <summary>Reads a header from the start of a buffer.</summary>
    /// <returns>False where fewer than five bytes are there.</returns>
    /// <exception cref="RpcException">A flag other than 0 and 1: INTERNAL. Longer than allowed: RESOURCE_EXHAUSTED, before any of it is read.</exception>
    public static bool TryRead(in ReadOnlySequence<byte> buffer, int? maxPayloadBytes, out FrameHeader header)
    {
        header = default;
        if (buffer.Length < Wire.FrameHeaderBytes)
        {
            return false;
        }

        Span<byte> copy = stackalloc byte[Wire.FrameHeaderBytes];
        if (buffer.FirstSpan.Length >= Wire.FrameHeaderBytes)
        {
            header = Parse(buffer.FirstSpan, maxPayloadBytes);
        }
        else
        {
            buffer.Slice(0, Wire.FrameHeaderBytes).CopyTo(copy);
            header = Parse(copy, maxPayloadBytes);
        }

        return true;
    }

    private static FrameHeader Parse(ReadOnlySpan<byte> bytes, int? maxPayloadBytes)
    {
        var length = BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]);
        if (length > (uint)(maxPayloadBytes ?? int.MaxValue))
        {
            throw new RpcException(new Status(StatusCode.ResourceExhausted, "Received message exceeds the maximum configured message size."));
        }

        return bytes[0] <= 1
            ? new FrameHeader(bytes[0] == 1, (int)length)
            : throw new RpcException(new Status(StatusCode.Internal, "The compressed flag of a message is neither 0 nor 1."));
    }
}
