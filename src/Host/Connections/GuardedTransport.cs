using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;

namespace DataHub.Host.Connections;

/// <summary>A connection's pipes, with every frame of the peer counted before HTTP/2 sees it.</summary>
/// <param name="inner">The connection's own pipes.</param>
/// <param name="budgets">How many frames of a kind the peer may send.</param>
/// <param name="close">Closes the connection, for a reason; called once.</param>
internal sealed class GuardedTransport(IDuplexPipe inner, FrameBudgets budgets, Action<string> close) : IDuplexPipe
{
    public PipeReader Input { get; } = new CountingReader(inner.Input, budgets, close);

    public PipeWriter Output { get; } = new CountingWriter(inner.Output, budgets);

    private sealed class CountingReader(PipeReader inner, FrameBudgets budgets, Action<string> close) : PipeReader
    {
        private readonly FrameScanner _scanner = new();
        private ReadOnlySequence<byte> _buffer;
        private long _scanned;
        private string? _exceeded;

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
            var counts = _scanner.Scan(result.Buffer.Slice(_scanned));
            _scanned = result.Buffer.Length;
            if (_exceeded is null && budgets.Exceeded(counts) is { } reason)
            {
                _exceeded = reason;
                close(reason);
            }

            // None of the frames that were too many is looked at.
            if (_exceeded is not null)
            {
                throw new ConnectionAbortedException($"Closed: {_exceeded}.");
            }

            return result;
        }
    }

    private sealed class CountingWriter(PipeWriter inner, FrameBudgets budgets) : PipeWriter
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
                budgets.Earn();
            }

            _unflushed = 0;
            return inner.FlushAsync(cancellationToken);
        }

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);
    }
}

/// <summary>What a connection may send of each kind.</summary>
/// <param name="idle">Frames that bring nothing.</param>
/// <param name="resets">Calls given up.</param>
internal sealed class FrameBudgets(FrameBudget idle, FrameBudget resets)
{
    /// <summary>An answer went out.</summary>
    public void Earn()
    {
        idle.Earn();
        resets.Earn();
    }

    /// <returns>What there was too much of; null = nothing.</returns>
    public string? Exceeded(FrameCounts counts) =>
        counts.Idle > 0 && !idle.TrySpend(counts.Idle) ? "too many frames that bring nothing"
        : counts.Resets > 0 && !resets.TrySpend(counts.Resets) ? "too many calls given up"
        : null;
}
