using System.Buffers;

namespace DataHub.Host.Connections;

/// <summary>Walks over what a peer sends, from one HTTP/2 frame header to the next, and keeps none of it.</summary>
internal sealed class FrameScanner
{
    private const int PrefaceBytes = 24;
    private const int HeaderBytes = 9;

    private const byte Data = 0;
    private const byte Headers = 1;
    private const byte RstStream = 3;
    private const byte PushPromise = 5;
    private const byte GoAway = 7;
    private const byte WindowUpdate = 8;
    private const byte Continuation = 9;

    private const byte EndStream = 1;
    private const byte EndHeaders = 4;

    private readonly byte[] _header = new byte[HeaderBytes];
    private int _headerBytes;
    private long _skip = PrefaceBytes;

    /// <summary>Takes the next bytes.</summary>
    /// <returns>Frames begun in them.</returns>
    public FrameCounts Scan(in ReadOnlySequence<byte> bytes)
    {
        var counts = default(FrameCounts);
        foreach (var segment in bytes)
        {
            Scan(segment.Span, ref counts);
        }

        return counts;
    }

    private void Scan(ReadOnlySpan<byte> bytes, ref FrameCounts counts)
    {
        while (!bytes.IsEmpty)
        {
            var skipped = (int)Math.Min(_skip, bytes.Length);
            _skip -= skipped;
            bytes = bytes[skipped..];
            var taken = Math.Min(HeaderBytes - _headerBytes, bytes.Length);
            bytes[..taken].CopyTo(_header.AsSpan(_headerBytes));
            _headerBytes += taken;
            bytes = bytes[taken..];
            if (_headerBytes == HeaderBytes)
            {
                _headerBytes = 0;
                _skip = (_header[0] << 16) | (_header[1] << 8) | _header[2];
                counts = new FrameCounts(
                    counts.Idle + (IsIdle(_header[3], _header[4], isEmpty: _skip == 0) ? 1 : 0),
                    counts.Resets + (_header[3] == RstStream ? 1 : 0));
            }
        }
    }

    /// <summary>Window updates are left to Kestrel, which closes for wrong ones.</summary>
    private static bool IsIdle(byte type, byte flags, bool isEmpty) => type switch
    {
        Data => isEmpty && (flags & EndStream) == 0,
        Continuation => isEmpty && (flags & EndHeaders) == 0,
        Headers or RstStream or PushPromise or GoAway or WindowUpdate => false,
        _ => true,
    };
}

/// <summary>Frames of a kind.</summary>
/// <param name="Idle">Those that cost work and bring nothing: PING, SETTINGS, PRIORITY, empty DATA and CONTINUATION, unknown types.</param>
/// <param name="Resets">RST_STREAM.</param>
internal readonly record struct FrameCounts(int Idle, int Resets);
