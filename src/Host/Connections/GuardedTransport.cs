using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace DataHub.Host.Connections;

/// <summary>A connection's pipes, with every frame of the peer counted before HTTP/2 sees it.</summary>
/// <param name="inner">The connection's own pipes.</param>
/// <param name="budget">How many idle frames the peer may send.</param>
/// <param name="tooMany">Closes the connection; called once.</param>
internal sealed class GuardedTransport(IDuplexPipe inner, FrameBudget budget, Action tooMany) : IDuplexPipe
{
    public PipeReader Input { get; } = new CountingReader(inner.Input, budget, tooMany);

    public PipeWriter Output { get; } = new CountingWriter(inner.Output, budget);

    private sealed class CountingReader(PipeReader inner, FrameBudget budget, Action tooMany) : PipeReader
    {
        private readonly FrameScanner _scanner = new();
        private ReadOnlySequence<byte> _buffer;
        private long _scanned;
        private bool _isExceeded;

        [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
        public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) => Scanned(await inner.ReadAsync(cancellationToken));

        public override bool TryRead(out ReadResult result)
        {
            var isRead = inner.TryRead(out result);
            result = isRead ? Scanned(result) : result;
            return isRead;
        }

        public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
        {
            // What is left unconsumed comes again with the next read, and is not to be scanned twice.
            _scanned -= _buffer.Slice(0, consumed).Length;
            _buffer = default;
            inner.AdvanceTo(consumed, examined);
        }

        public override void CancelPendingRead() => inner.CancelPendingRead();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

        private ReadResult Scanned(in ReadResult result)
        {
            _buffer = result.Buffer;
            var idle = _scanner.Scan(result.Buffer.Slice(_scanned));
            _scanned = result.Buffer.Length;
            if (idle > 0 && !budget.TrySpend(idle) && !_isExceeded)
            {
                _isExceeded = true;
                tooMany();
            }

            return result;
        }
    }

    private sealed class CountingWriter(PipeWriter inner, FrameBudget budget) : PipeWriter
    {
        // Longer than the acknowledgements of PING (17 bytes) and SETTINGS (9), which must not pay for more of these.
        private const int LeastAnswerBytes = 64;

        private long _unflushed;

        public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

        public override long UnflushedBytes => inner.UnflushedBytes;

        public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

        public override void Advance(int bytes)
        {
            _unflushed += bytes;
            inner.Advance(bytes);
        }

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            if (_unflushed >= LeastAnswerBytes)
            {
                budget.Earn();
            }

            _unflushed = 0;
            return inner.FlushAsync(cancellationToken);
        }

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);
    }
}
