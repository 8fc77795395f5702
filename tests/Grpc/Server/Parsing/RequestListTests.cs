using System.ComponentModel.DataAnnotations;
using Google.Protobuf;
using Grpc.AspNetCore.Server.Parsing;
using Grpc.Core;
using Grpc.Tests.Protos;
using Grpc.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Options;

namespace Grpc.Tests.Server.Parsing;

/// <summary>Requests with long lists and with fields that nobody knows.</summary>
public sealed class RequestListTests
{
    private const int Most = 10_000;
    private const string Gather = "/datahub.probe.Probe/Gather";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task List_OfTheMost_IsServedAndOfOneMoreIsResourceExhausted()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers { Gather = (basket, _) => Task.FromResult(new Note { Number = basket.Texts.Count }) });

        Assert.Equal(Most, (await server.Client.GatherAsync(BasketOf(Most), cancellationToken: Token)).Number);
        Assert.Equal(StatusCode.ResourceExhausted, await FailureOf(server.Client, BasketOf(Most + 1)));
    }

    [Fact]
    public async Task List_InAStream_IsRefusedWhereItIsTooLong()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers());
        using var call = server.Client.Pour(cancellationToken: Token);
        await call.RequestStream.WriteAsync(BasketOf(Most), Token);
        await Record.ExceptionAsync(() => call.RequestStream.WriteAsync(BasketOf(Most + 1), Token));

        Assert.Equal(StatusCode.ResourceExhausted, (await Wait.FailureAsync(() => call.ResponseAsync)).StatusCode);
    }

    [Fact]
    public async Task List_InACompressedRequest_IsRefusedToo()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers());
        var compressed = new Metadata { { "grpc-internal-encoding-request", "gzip" } };

        var failure = await Wait.FailureAsync(() => server.Client.GatherAsync(BasketOf(Most + 1), compressed, cancellationToken: Token).ResponseAsync);

        Assert.Contains("too many elements", failure.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_LongerThanTheSettingSays_IsRefused()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers(), new ServerSetup { Settings = { ["Grpc:Limits:MaxRepeated"] = "100" } });

        await server.Client.GatherAsync(BasketOf(100), cancellationToken: Token);
        Assert.Equal(StatusCode.ResourceExhausted, await FailureOf(server.Client, BasketOf(101)));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("100000001")]
    public async Task Setting_OutOfItsRange_StopsTheStart(string most)
    {
        var start = await Record.ExceptionAsync(() => ProbeServer.StartAsync(new ProbeHandlers(), new ServerSetup { Settings = { ["Grpc:Limits:MaxRepeated"] = most } }));

        Assert.Contains("MaxRepeated", Assert.IsType<OptionsValidationException>(start).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Method_ThatSaysSo_TakesLongerLists()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers(), new ServerSetup { Map = app => app.MapGrpcService<LongListService>() });

        await server.Client.GatherAsync(BasketOf(12_000), cancellationToken: Token);
        Assert.Equal(StatusCode.ResourceExhausted, await FailureOf(server.Client, BasketOf(12_001)));
    }

    [Fact]
    public async Task Fields_ThatNobodyKnows_AreNotKept()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers());
        var note = new Note { Text = "a" };

        // Field 9 as a number, and field 10 as text.
        var reply = await RawCall.SendAsync(server, RawCall.Echo, RawCall.Frame([9 << 3, 1, .. note.ToByteArray(), 10 << 3 | 2, 1, (byte)'x']));

        Assert.Equal("0", reply.Status);
        Assert.Equal(RawCall.Frame(note), reply.Body);
    }

    [Fact]
    public async Task Message_ThatIsLongAndMalformed_IsInternal()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers());

        Assert.Equal("13", (await RawCall.SendAsync(server, Gather, RawCall.Frame([.. BasketOf(Most).ToByteArray(), 0x80]))).Status);
    }

    [Fact]
    public void Marshaller_OfNoProtobufMessage_IsLeftAsItIs()
    {
        var marshaller = new Marshaller<byte[]>(bytes => bytes, bytes => bytes);

        Assert.Same(marshaller, RequestParser.Bound(marshaller, maxRepeated: 1));
    }

    private static Basket BasketOf(int texts) => new() { Texts = { Enumerable.Repeat("x", texts) } };

    private static async Task<StatusCode> FailureOf(Probe.ProbeClient client, Basket basket) =>
        (await Wait.FailureAsync(() => client.GatherAsync(basket, cancellationToken: Token).ResponseAsync)).StatusCode;

    private sealed class LongListService(ProbeHandlers handlers) : ProbeService(handlers)
    {
        public override Task<Note> Gather([MaxLength(12_000)] Basket request, ServerCallContext context) => base.Gather(request, context);
    }
}
