using Grpc.Core;

namespace Grpc.Net.Client.Calls;

/// <summary>The responses of a call, read as the caller asks for them: HTTP/2 flow control holds the server back.</summary>
internal sealed class ClientStreamReader<TRequest, TResponse>(ClientCall<TRequest, TResponse> call) : IAsyncStreamReader<TResponse>
    where TRequest : class
    where TResponse : class
{
    private TResponse? _current;
    private int _reading;

    public TResponse Current => _current ?? throw new InvalidOperationException("No message has been read.");

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _reading, 1) == 1)
        {
            throw new InvalidOperationException("Can't read the next message because the previous read is in progress.");
        }

        using var stop = call.StopWith(cancellationToken);
        try
        {
            var received = await call.ReadNextAsync();
            _current = received.Message;
            return received.HasMessage;
        }
        finally
        {
            Volatile.Write(ref _reading, 0);
        }
    }
}
