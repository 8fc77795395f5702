using System.Buffers.Binary;

namespace DataHub.RawHttp2;

/// <summary>Types of frames (RFC 9113 §6).</summary>
internal enum FrameType
{
    Data = 0,
    Headers = 1,
    Priority = 2,
    RstStream = 3,
    Settings = 4,
    Ping = 6,
    GoAway = 7,
    WindowUpdate = 8,
    Continuation = 9,
}

/// <summary>Frames as bytes.</summary>
internal static class Frames
{
    public const byte EndStream = 1;
    public const byte EndHeaders = 4;
    public const byte Ack = 1;

    /// <summary>Payload that every server takes (SETTINGS_MAX_FRAME_SIZE at its least).</summary>
    public const int MostPayload = 16 * 1024;

    public static byte[] Frame(FrameType type, byte flags, int streamId, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame, (uint)payload.Length << 8 | (byte)type);
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), streamId);
        payload.CopyTo(frame.AsSpan(9));
        return frame;
    }

    /// <summary>The same bytes again and again.</summary>
    public static byte[] Repeated(ReadOnlySpan<byte> bytes, int times)
    {
        var all = new byte[bytes.Length * times];
        for (var at = 0; at < all.Length; at += bytes.Length)
        {
            bytes.CopyTo(all.AsSpan(at));
        }

        return all;
    }
}
