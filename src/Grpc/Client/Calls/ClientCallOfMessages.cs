using Grpc.Core;
using Grpc.Framing;

namespace Grpc.Net.Client.Calls;

/// <summary>One call under way, with its messages.</summary>
internal sealed class ClientCall<TRequest, TResponse>(GrpcChannel channel, Method<TRequest, TResponse> method, string? host, CallOptions options)
    : ClientCall(channel, method, host, options)
    where TRequest : class
    where TResponse : class
{
    private readonly Func<DeserializationContext, TResponse> _deserialize = method.ResponseMarshaller.ContextualDeserializer;
    private MessageStreamBody? _requests;
    private Task _single = Task.CompletedTask;
    private MessageReader? _reader;

    /// <summary>Completes, without failing, when it is known how the call goes on after a broken request: at the latest with its end.</summary>
    public async Task WhenAnsweredAsync()
    {
        await Opening;
        await _single.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>The writer of a stream of requests; the call starts with the request for its response.</summary>
    public ClientStreamWriter<TRequest, TResponse> OpenRequests()
    {
        _requests = new MessageStreamBody(Channel.Retries);
        return new ClientStreamWriter<TRequest, TResponse>(this, _requests, Channel.Options.MaxSendMessageSize, method.RequestMarshaller.ContextualSerializer)
        {
            WriteOptions = Options.WriteOptions,
        };
    }

    /// <summary>Sends one request; the one response.</summary>
    public Task<TResponse> RequestSingle(TRequest request)
    {
        OpenWith(request);
        return ReadSingleAsync();
    }

    /// <summary>Sends a stream of requests; the one response.</summary>
    public Task<TResponse> StreamForSingle()
    {
        OpenStream();
        var response = ReadSingleAsync();
        _single = response;
        return response;
    }

    /// <summary>Sends one request; the stream of responses.</summary>
    public IAsyncStreamReader<TResponse> RequestStream(TRequest request)
    {
        OpenWith(request);
        return new ClientStreamReader<TRequest, TResponse>(this);
    }

    /// <summary>Sends a stream of requests; the stream of responses.</summary>
    public IAsyncStreamReader<TResponse> StreamForStream()
    {
        OpenStream();
        return new ClientStreamReader<TRequest, TResponse>(this);
    }

    /// <summary>The next response of a stream, or its end.</summary>
    /// <exception cref="RpcException">The call ended other than with OK.</exception>
    public async ValueTask<Received<TResponse>> ReadNextAsync()
    {
        if (!IsFinished && await Opening is { } body)
        {
            try
            {
                _reader ??= new MessageReader(body, Channel.Options.MaxReceiveMessageSize, ResponseEncoding, Channel.Encodings);
                var received = await _reader.ReadAsync(_deserialize, Token);
                if (received.HasMessage)
                {
                    return received;
                }

                FinishByTrailers();
            }
            catch (Exception exception)
            {
                Fail(exception);
            }

            await body.CompleteAsync();
        }

        return IsOk ? default : throw Error();
    }

    private void OpenWith(TRequest request)
    {
        try
        {
            Prepare();
            var frame = new FrameBuffer(Channel.Options.MaxSendMessageSize);
            frame.Write(request, method.RequestMarshaller.ContextualSerializer, Compressor(Options.WriteOptions?.Flags ?? default));
            Open(new SingleMessageBody(frame, Channel.Retries));
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }

    private void OpenStream()
    {
        try
        {
            Prepare();
            Open(_requests!);
        }
        catch (RpcException exception)
        {
            Fail(exception);
        }
    }

    private async Task<TResponse> ReadSingleAsync()
    {
        if (await Opening is { } body)
        {
            try
            {
                var reader = new MessageReader(body, Channel.Options.MaxReceiveMessageSize, ResponseEncoding, Channel.Encodings);
                var received = await reader.ReadAsync(_deserialize, Token);
                if (received.HasMessage)
                {
                    await reader.ReadEndAsync(Token);
                }

                FinishByTrailers(received.HasMessage);
                if (IsOk)
                {
                    return received.Message;
                }
            }
            catch (Exception exception)
            {
                Fail(exception);
            }
            finally
            {
                await body.CompleteAsync();
            }
        }

        throw Error();
    }
}
