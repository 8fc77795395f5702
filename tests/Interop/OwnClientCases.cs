using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Testing;

namespace DataHub.Interop.Tests;

/// <summary>The interoperability cases as our own client runs them (doc/interop-test-descriptions.md of the gRPC project).</summary>
internal sealed class OwnClientCases(GrpcChannel channel)
{
    private const string Initial = "x-grpc-test-echo-initial";
    private const string Trailing = "x-grpc-test-echo-trailing-bin";
    private const string Whitespace = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n";

    private static readonly int[] Asked = [31415, 9, 2653, 58979];
    private static readonly int[] Sent = [27182, 8, 1828, 45904];

    private readonly TestService.TestServiceClient _client = new(channel);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static CallOptions Options => new(cancellationToken: Token);

    public Task RunAsync(string name) => name switch
    {
        "empty_unary" => EmptyUnaryAsync(),
        "large_unary" => LargeUnaryAsync(Large(), Options),
        "client_streaming" => ClientStreamingAsync(),
        "server_streaming" => ServerStreamingAsync(new StreamingOutputCallRequest { ResponseParameters = { Asked.Select(size => new ResponseParameters { Size = size }) } }, Asked),
        "ping_pong" => PingPongAsync(),
        "empty_stream" => EmptyStreamAsync(),
        "cancel_after_begin" => CancelAfterBeginAsync(),
        "cancel_after_first_response" => CancelAfterFirstResponseAsync(),
        "timeout_on_sleeping_server" => TimeoutAsync(),
        "custom_metadata" => CustomMetadataAsync(),
        "status_code_and_message" => StatusAsync(),
        "special_status_message" => UnaryFailsAsync(Failing(Whitespace), StatusCode.Unknown, Whitespace),
        "unimplemented_service" => FailsAsync(() => new UnimplementedService.UnimplementedServiceClient(channel).UnimplementedCallAsync(new Empty(), Options).ResponseAsync, StatusCode.Unimplemented),
        "unimplemented_method" => FailsAsync(() => _client.UnimplementedMethodAsync(new Empty(), Options).ResponseAsync, StatusCode.Unimplemented),
        "client_compressed_unary" => ClientCompressedUnaryAsync(),
        "client_compressed_streaming" => ClientCompressedStreamingAsync(),
        "server_compressed_unary" => ServerCompressedUnaryAsync(),
        "server_compressed_streaming" => ServerStreamingAsync(CompressedOutput(), [31415, 92653]),
        _ => throw new ArgumentException($"No case is called {name}.", nameof(name)),
    };

    private async Task EmptyUnaryAsync() => Assert.Equal(new Empty(), await _client.EmptyCallAsync(new Empty(), Options));

    private async Task LargeUnaryAsync(SimpleRequest request, CallOptions options)
    {
        var response = await _client.UnaryCallAsync(request, options);
        Assert.Equal(ByteString.CopyFrom(new byte[314159]), response.Payload.Body);
    }

    private async Task ClientStreamingAsync()
    {
        using var call = _client.StreamingInputCall(Options);
        foreach (var size in Sent)
        {
            await call.RequestStream.WriteAsync(new StreamingInputCallRequest { Payload = Zeros(size) }, Token);
        }

        await call.RequestStream.CompleteAsync();
        Assert.Equal(74922, (await call).AggregatedPayloadSize);
    }

    private async Task ServerStreamingAsync(StreamingOutputCallRequest request, int[] expected)
    {
        using var call = _client.StreamingOutputCall(request, Options);
        var sizes = await call.ResponseStream.ReadAllAsync(Token).Select(response => response.Payload.Body.Length).ToListAsync(Token);
        Assert.Equal(expected, sizes);
    }

    private async Task PingPongAsync()
    {
        using var call = _client.FullDuplexCall(Options);
        foreach (var (asked, sent) in Asked.Zip(Sent))
        {
            await call.RequestStream.WriteAsync(Output(asked, sent), Token);
            Assert.True(await call.ResponseStream.MoveNext(Token));
            Assert.Equal(asked, call.ResponseStream.Current.Payload.Body.Length);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(Token));
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    private async Task EmptyStreamAsync()
    {
        using var call = _client.FullDuplexCall(Options);
        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(Token));
    }

    private async Task CancelAfterBeginAsync()
    {
        using var cancellation = new CancellationTokenSource();
        using var call = _client.StreamingInputCall(cancellationToken: cancellation.Token);
        await cancellation.CancelAsync();
        await FailsAsync(() => call.ResponseAsync, StatusCode.Cancelled);
        Assert.Equal(StatusCode.Cancelled, call.GetStatus().StatusCode);
    }

    private async Task CancelAfterFirstResponseAsync()
    {
        using var cancellation = new CancellationTokenSource();
        using var call = _client.FullDuplexCall(cancellationToken: cancellation.Token);
        await call.RequestStream.WriteAsync(Output(31415, 27182), Token);
        Assert.True(await call.ResponseStream.MoveNext(Token));
        Assert.Equal(31415, call.ResponseStream.Current.Payload.Body.Length);
        await cancellation.CancelAsync();
        await FailsAsync(() => call.ResponseStream.MoveNext(Token), StatusCode.Cancelled);
    }

    private async Task TimeoutAsync()
    {
        using var call = _client.FullDuplexCall(Options.WithDeadline(TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(1)));
        try
        {
            await call.RequestStream.WriteAsync(new StreamingOutputCallRequest { Payload = Zeros(27182) }, Token);
        }
        catch (RpcException exception) when (exception.StatusCode == StatusCode.DeadlineExceeded)
        {
            // Too late for the first message already.
        }

        await FailsAsync(() => call.ResponseStream.MoveNext(Token), StatusCode.DeadlineExceeded);
    }

    private async Task CustomMetadataAsync()
    {
        var options = Options.WithHeaders(new Metadata { { Initial, "test_initial_metadata_value" }, { Trailing, [0xab, 0xab, 0xab] } });
        using var unary = _client.UnaryCallAsync(Large(), options);
        await unary;
        AssertEchoed(await unary.ResponseHeadersAsync, unary.GetTrailers());

        using var duplex = _client.FullDuplexCall(options);
        await duplex.RequestStream.WriteAsync(Output(314159, 271828), Token);
        await duplex.RequestStream.CompleteAsync();
        Assert.Single(await duplex.ResponseStream.ReadAllAsync(Token).ToListAsync(Token));
        AssertEchoed(await duplex.ResponseHeadersAsync, duplex.GetTrailers());
    }

    private async Task StatusAsync()
    {
        var request = Failing("test status message");
        await UnaryFailsAsync(request, StatusCode.Unknown, "test status message");
        using var call = _client.FullDuplexCall(Options);
        await call.RequestStream.WriteAsync(new StreamingOutputCallRequest { ResponseStatus = request.ResponseStatus }, Token);
        await call.RequestStream.CompleteAsync();
        await FailsAsync(() => call.ResponseStream.MoveNext(Token), StatusCode.Unknown, "test status message");
    }

    private async Task ClientCompressedUnaryAsync()
    {
        var expecting = Large();
        expecting.ExpectCompressed = new BoolValue { Value = true };
        await UnaryFailsAsync(expecting, StatusCode.InvalidArgument);
        await LargeUnaryAsync(expecting, Compressing());

        expecting.ExpectCompressed.Value = false;
        await LargeUnaryAsync(expecting, Compressing().WithWriteOptions(new WriteOptions(WriteFlags.NoCompress)));
    }

    private async Task ClientCompressedStreamingAsync()
    {
        var compressed = new StreamingInputCallRequest { Payload = Zeros(27182), ExpectCompressed = new BoolValue { Value = true } };
        using (var probe = _client.StreamingInputCall(Options))
        {
            await probe.RequestStream.WriteAsync(compressed, Token);
            await FailsAsync(() => probe.ResponseAsync, StatusCode.InvalidArgument);
        }

        using var call = _client.StreamingInputCall(Compressing());
        await call.RequestStream.WriteAsync(compressed, Token);
        call.RequestStream.WriteOptions = new WriteOptions(WriteFlags.NoCompress);
        await call.RequestStream.WriteAsync(new StreamingInputCallRequest { Payload = Zeros(45904), ExpectCompressed = new BoolValue { Value = false } }, Token);
        await call.RequestStream.CompleteAsync();
        Assert.Equal(73086, (await call).AggregatedPayloadSize);
    }

    private async Task ServerCompressedUnaryAsync()
    {
        foreach (var value in new[] { true, false })
        {
            var request = Large();
            request.ResponseCompressed = new BoolValue { Value = value };
            await LargeUnaryAsync(request, Options);
        }
    }

    private Task UnaryFailsAsync(SimpleRequest request, StatusCode code, string? detail = null) =>
        FailsAsync(() => _client.UnaryCallAsync(request, Options).ResponseAsync, code, detail);

    private static async Task FailsAsync(Func<Task> call, StatusCode code, string? detail = null)
    {
        var failure = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal(code, failure.StatusCode);
        Assert.Equal(detail ?? failure.Status.Detail, failure.Status.Detail);
    }

    private static void AssertEchoed(Metadata headers, Metadata trailers)
    {
        Assert.Equal("test_initial_metadata_value", headers.GetValue(Initial));
        Assert.Equal([0xab, 0xab, 0xab], trailers.GetValueBytes(Trailing));
    }

    private static CallOptions Compressing() => Options.WithHeaders(new Metadata { { "grpc-internal-encoding-request", "gzip" } });

    private static SimpleRequest Large() => new() { ResponseSize = 314159, Payload = Zeros(271828) };

    private static SimpleRequest Failing(string message) => new() { ResponseStatus = new EchoStatus { Code = 2, Message = message } };

    private static StreamingOutputCallRequest Output(int asked, int sent) => new() { ResponseParameters = { new ResponseParameters { Size = asked } }, Payload = Zeros(sent) };

    private static StreamingOutputCallRequest CompressedOutput() => new()
    {
        ResponseParameters =
        {
            new ResponseParameters { Size = 31415, Compressed = new BoolValue { Value = true } },
            new ResponseParameters { Size = 92653, Compressed = new BoolValue { Value = false } },
        },
    };

    private static Payload Zeros(int size) => new() { Body = ByteString.CopyFrom(new byte[size]) };
}
