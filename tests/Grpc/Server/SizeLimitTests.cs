using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Tests.Protos;
using Grpc.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Grpc.Tests.Server;

/// <summary>Message sizes at their limits and one byte above.</summary>
public sealed class SizeLimitTests
{
    private const int MiB = 1024 * 1024;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Request_OfTheDefaultLimit_IsServed()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers());
        var note = NoteOf(MiB);

        Assert.Equal(note, await server.Client.EchoAsync(note, cancellationToken: Token));
    }

    [Fact]
    public async Task Request_OneByteAboveTheDefaultLimit_IsResourceExhausted()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers());

        Assert.Equal(StatusCode.ResourceExhausted, await FailureOf(server.Client, NoteOf(MiB + 1)));
    }

    [Fact]
    public async Task Request_InAStreamAboveTheLimit_EndsTheCall()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers());
        using var call = server.Client.Collect(cancellationToken: Token);
        await call.RequestStream.WriteAsync(NoteOf(MiB), Token);
        await Record.ExceptionAsync(() => call.RequestStream.WriteAsync(NoteOf(MiB + 1), Token));

        Assert.Equal(StatusCode.ResourceExhausted, (await Wait.FailureAsync(() => call.ResponseAsync)).StatusCode);
    }

    [Fact]
    public async Task Service_WithItsOwnLimit_TakesMore()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers(), new ServerSetup
        {
            Grpc = options => options.MaxReceiveMessageSize = 100,
            Services = services => services.AddGrpc().AddServiceOptions<ProbeService>(options => options.MaxReceiveMessageSize = 4 * MiB),
        });
        using var channel = server.Connect(new GrpcChannelOptions { MaxReceiveMessageSize = null });
        var client = new Probe.ProbeClient(channel);

        Assert.Equal(4 * MiB, (await client.EchoAsync(NoteOf(4 * MiB), cancellationToken: Token)).CalculateSize());
        Assert.Equal(StatusCode.ResourceExhausted, await FailureOf(client, NoteOf(4 * MiB + 1)));
    }

    [Fact]
    public async Task Service_WithOtherOptionsOnly_KeepsTheApplicationsLimit()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers(), new ServerSetup
        {
            Grpc = options => options.MaxReceiveMessageSize = 100,
            Services = services => services.AddGrpc().AddServiceOptions<ProbeService>(options => options.EnableDetailedErrors = true),
        });

        Assert.Equal(StatusCode.ResourceExhausted, await FailureOf(server.Client, NoteOf(101)));
    }

    [Fact]
    public async Task Response_AboveTheServersLimit_IsResourceExhausted()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers(), new ServerSetup { Grpc = options => options.MaxSendMessageSize = 1000 });

        Assert.Equal(1000, (await server.Client.EchoAsync(NoteOf(1000), cancellationToken: Token)).CalculateSize());
        Assert.Equal(StatusCode.ResourceExhausted, await FailureOf(server.Client, NoteOf(1001)));
    }

    [Fact]
    public async Task Response_AboveTheClientsLimit_IsResourceExhausted()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers());
        using var channel = server.Connect(new GrpcChannelOptions { MaxReceiveMessageSize = 1000 });
        var client = new Probe.ProbeClient(channel);

        Assert.Equal(1000, (await client.EchoAsync(NoteOf(1000), cancellationToken: Token)).CalculateSize());
        Assert.Equal(StatusCode.ResourceExhausted, await FailureOf(client, NoteOf(1001)));
    }

    [Fact]
    public async Task Request_AboveTheClientsLimit_IsResourceExhaustedAndNotSent()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers());
        using var channel = server.Connect(new GrpcChannelOptions { MaxSendMessageSize = 1000 });
        var client = new Probe.ProbeClient(channel);
        using var stream = client.Collect(cancellationToken: Token);

        Assert.Equal(1000, (await client.EchoAsync(NoteOf(1000), cancellationToken: Token)).CalculateSize());
        Assert.Equal(StatusCode.ResourceExhausted, await FailureOf(client, NoteOf(1001)));
        Assert.Equal(StatusCode.ResourceExhausted, (await Wait.FailureAsync(() => stream.RequestStream.WriteAsync(NoteOf(1001), Token))).StatusCode);
    }

    private static async Task<StatusCode> FailureOf(Probe.ProbeClient client, Note note) =>
        (await Wait.FailureAsync(() => client.EchoAsync(note, cancellationToken: Token).ResponseAsync)).StatusCode;

    private static Note NoteOf(int bytes)
    {
        var note = new Note { Body = ByteString.CopyFrom(new byte[bytes - 10]) };
        note.Text = new string('x', bytes - note.CalculateSize() - 2);
        Assert.Equal(bytes, note.CalculateSize());
        return note;
    }
}
