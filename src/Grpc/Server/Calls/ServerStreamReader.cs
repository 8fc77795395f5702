using Grpc.Core;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>The requests of a call, read as the handler asks for them: Kestrel's flow control holds the client back.</summary>
internal sealed class ServerStreamReader<T>(HttpServerCallContext call, Func<DeserializationContext, T> deserialize) : IAsyncStreamReader<T>
    where T : class
{
    private T? _current;
    private bool _ended;

    public T Current => _current ?? throw new InvalidOperationException("No message has been read.");

    public Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        if (_ended)
        {
            return Task.FromResult(false);
        }

        var callToken = call.ReadToken;
        return cancellationToken.CanBeCanceled && callToken.CanBeCanceled && cancellationToken != callToken
            ? ReadLinkedAsync(cancellationToken, callToken)
            : ReadAsync(cancellationToken.CanBeCanceled ? cancellationToken : callToken);
    }

    private async Task<bool> ReadLinkedAsync(CancellationToken first, CancellationToken second)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(first, second);
        return await ReadAsync(linked.Token);
    }

    private async Task<bool> ReadAsync(CancellationToken cancellationToken)
    {
        _current = null;
        try
        {
            var received = await call.Reader.ReadAsync(deserialize, cancellationToken);
            _current = received.Message;
            _ended = !received.HasMessage;
            return received.HasMessage;
        }
        catch (IOException reset)
        {
            // The client reset the stream or its connection broke: to a handler that is the same as a cancelled call.
            throw new OperationCanceledException("The client went away.", reset, call.CancellationToken);
        }
    }
}
