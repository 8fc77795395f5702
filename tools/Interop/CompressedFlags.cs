using System.Buffers.Binary;
using System.Collections.Concurrent;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace DataHub.Interop;

/// <summary>Whether each message of a request came compressed, read off the frames as they pass: what gRPC itself does not tell its services.</summary>
internal sealed class CompressedFlags
{
    private const int HeaderBytes = 5;

    private readonly ConcurrentQueue<bool> _flags = new();
    private readonly byte[] _header = new byte[HeaderBytes];
    private int _inHeader;
    private long _inMessage;

    /// <summary>Puts the flags of a request where <see cref="NextIsCompressed"/> finds them.</summary>
    public static Task Observe(HttpContext context, RequestDelegate next)
    {
        var flags = new CompressedFlags();
        context.Features.Set(flags);
        context.Request.Body = new ObservedStream(context.Request.Body, flags);
        return next(context);
    }

    /// <summary>Whether the message was compressed that the service has read; to be asked once for every message.</summary>
    public static bool NextIsCompressed(ServerCallContext context) =>
        context.GetHttpContext().Features.Get<CompressedFlags>()!._flags.TryDequeue(out var isCompressed)
            ? isCompressed
            : throw new InvalidOperationException("Asked for more messages than were read.");

    private void Pass(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var taken = _inMessage > 0 ? PassMessage(bytes) : PassHeader(bytes);
            bytes = bytes[taken..];
        }
    }

    private int PassMessage(ReadOnlySpan<byte> bytes)
    {
        var taken = (int)Math.Min(_inMessage, bytes.Length);
        _inMessage -= taken;
        return taken;
    }

    private int PassHeader(ReadOnlySpan<byte> bytes)
    {
        var taken = Math.Min(HeaderBytes - _inHeader, bytes.Length);
        bytes[..taken].CopyTo(_header.AsSpan(_inHeader));
        _inHeader += taken;
        if (_inHeader == HeaderBytes)
        {
            _flags.Enqueue(_header[0] == 1);
            _inMessage = BinaryPrimitives.ReadUInt32BigEndian(_header.AsSpan(1));
            _inHeader = 0;
        }

        return taken;
    }

    private sealed class ObservedStream(Stream inner, CompressedFlags flags) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await inner.ReadAsync(buffer, cancellationToken);
            flags.Pass(buffer.Span[..read]);
            return read;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
