using Grpc.Core;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>The requests of a call, read as the handler asks for them: Kestrel's flow control holds the client back.</summary>
internal sealed class ServerStreamReader<T>(HttpServerCallContext call, Func<DeserializationContext, T> deserialize) : IAsyncStreamReader<T>
    where T : class
{
    private T? _current;
    private bool _ended;

    public T Current => _current ?? throw new InvalidOperationException("No message has been read.");

    public Task<bool> MoveNext(CancellationToken cancellationToken) => _ended ? Task.FromResult(false) : ReadAsync(cancellationToken);

    private async Task<bool> ReadAsync(CancellationToken cancellationToken)
    {
        _current = null;
        call.Watch.WaitsForMessage = true;
        try
        {
            var received = await call.Reader.ReadAsync(deserialize, cancellationToken);
            call.Watch.Moved();
            _current = received.Message;
            _ended = !received.HasMessage;
            return received.HasMessage;
        }
        catch (IOException reset)
        {
            // The client reset the stream or its connection broke: to a handler that is the same as a cancelled call.
            throw new OperationCanceledException("The client went away.", reset, call.CancellationToken);
        }
        finally
        {
            call.Watch.WaitsForMessage = false;
        }
    }
}
