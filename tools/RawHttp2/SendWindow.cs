namespace DataHub.RawHttp2;

/// <summary>Bytes that may be sent (RFC 9113 §5.2).</summary>
internal sealed class SendWindow(int bytes)
{
    private readonly Lock _gate = new();
    private int _bytes = bytes;
    private TaskCompletionSource _grown = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Grow(int more)
    {
        lock (_gate)
        {
            _bytes += more;
            _grown.TrySetResult();
            _grown = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Takes at least one byte and at most so many, waiting for the first.</summary>
    /// <returns>Bytes taken; 0 once the connection or stream is over.</returns>
    public async Task<int> TakeAsync(int most, Task over, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task grown;
            lock (_gate)
            {
                if (_bytes > 0)
                {
                    var taken = Math.Min(most, _bytes);
                    _bytes -= taken;
                    return taken;
                }

                grown = _grown.Task;
            }

            if (await Task.WhenAny(grown, over).WaitAsync(cancellationToken) == over)
            {
                return 0;
            }
        }
    }
}
