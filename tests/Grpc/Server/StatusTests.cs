using System.Text;
using Grpc.Core;
using Grpc.Tests.Protos;
using Grpc.Tests.Support;

namespace Grpc.Tests.Server;

/// <summary>How calls end other than with OK.</summary>
public sealed class StatusTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<StatusCode> Failures => [.. Enum.GetValues<StatusCode>().Where(code => code != StatusCode.OK)];

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Handler_ThrowingRpcException_SendsItsStatus(StatusCode code)
    {
        await using var server = await ProbeServer.StartAsync(Throwing(new RpcException(new Status(code, $"because {code}"))));

        var failure = await Wait.FailureAsync(() => server.Client.EchoAsync(new Note(), cancellationToken: Token).ResponseAsync);

        Assert.Equal(new Status(code, $"because {code}"), failure.Status);
    }

    [Theory]
    [InlineData("许可证已失效：请重新申请")]
    [InlineData("50 % of\r\n\tlines and \u0001 controls")]
    [InlineData("emoji 😀 and %41 literally")]
    public async Task Detail_OfAnyText_ArrivesAsItWas(string detail)
    {
        await using var server = await ProbeServer.StartAsync(Throwing(new RpcException(new Status(StatusCode.FailedPrecondition, detail))));

        var failure = await Wait.FailureAsync(() => server.Client.EchoAsync(new Note(), cancellationToken: Token).ResponseAsync);

        Assert.Equal(detail, failure.Status.Detail);
    }

    [Fact]
    public async Task Handler_ThrowingAnythingElse_SendsUnknownAndNoSecret()
    {
        await using var server = await ProbeServer.StartAsync(Throwing(new InvalidDataException("secret")));

        var failure = await Wait.FailureAsync(() => server.Client.EchoAsync(new Note(), cancellationToken: Token).ResponseAsync);

        Assert.Equal(new Status(StatusCode.Unknown, "Exception was thrown by handler."), failure.Status);
    }

    [Fact]
    public async Task Handler_ThrowingAnythingElseWithDetailedErrors_SendsTheMessage()
    {
        await using var server = await ProbeServer.StartAsync(
            Throwing(new InvalidDataException("what it was")), new ServerSetup { Grpc = options => options.EnableDetailedErrors = true });

        var failure = await Wait.FailureAsync(() => server.Client.EchoAsync(new Note(), cancellationToken: Token).ResponseAsync);

        Assert.Equal("Exception was thrown by handler. InvalidDataException: what it was", failure.Status.Detail);
    }

    [Fact]
    public async Task Handler_WithTrailersOnContextAndException_SendsBoth()
    {
        var details = Encoding.UTF8.GetBytes("google.rpc.Status 原样");
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers
        {
            Echo = (_, context) =>
            {
                context.ResponseTrailers.Add("trace", "17");
                throw new RpcException(new Status(StatusCode.InvalidArgument, "no"), new Metadata { { "grpc-status-details-bin", details } });
            },
        });

        var failure = await Wait.FailureAsync(() => server.Client.EchoAsync(new Note(), cancellationToken: Token).ResponseAsync);

        Assert.Equal("17", failure.Trailers.GetValue("trace"));
        Assert.Equal(details, failure.Trailers.GetValueBytes("grpc-status-details-bin"));
    }

    [Fact]
    public async Task Handler_SettingTheStatusOfTheContext_SendsIt()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers
        {
            Echo = (request, context) =>
            {
                context.Status = new Status(StatusCode.DataLoss, "half");
                return Task.FromResult(request);
            },
        });

        var failure = await Wait.FailureAsync(() => server.Client.EchoAsync(new Note(), cancellationToken: Token).ResponseAsync);

        Assert.Equal(new Status(StatusCode.DataLoss, "half"), failure.Status);
    }

    [Fact]
    public async Task Handler_ReturningNull_IsCancelled()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers { Echo = (_, _) => Task.FromResult<Note>(null!) });

        var failure = await Wait.FailureAsync(() => server.Client.EchoAsync(new Note(), cancellationToken: Token).ResponseAsync);

        Assert.Equal(StatusCode.Cancelled, failure.StatusCode);
    }

    [Fact]
    public async Task Stream_FailingHalfWay_GivesItsMessagesAndThenTheStatus()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers
        {
            Count = async (_, responses, context) =>
            {
                await responses.WriteAsync(new Note { Number = 1 });
                context.ResponseTrailers.Add("seen", "1");
                throw new RpcException(new Status(StatusCode.Aborted, "stop"));
            },
        });
        using var call = server.Client.Count(new Note(), cancellationToken: Token);

        Assert.True(await call.ResponseStream.MoveNext(Token));
        var failure = await Wait.FailureAsync(() => call.ResponseStream.MoveNext(Token));

        Assert.Equal(new Status(StatusCode.Aborted, "stop"), failure.Status);
        Assert.Equal(new Status(StatusCode.Aborted, "stop"), call.GetStatus());
        Assert.Equal("1", call.GetTrailers().GetValue("seen"));
    }

    [Fact]
    public async Task ClientStreaming_AnsweredBeforeItsEnd_FailsWritesWithTheServersStatus()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers
        {
            Collect = (_, _) => throw new RpcException(new Status(StatusCode.ResourceExhausted, "enough")),
        });
        using var call = server.Client.Collect(cancellationToken: Token);

        var failure = await Wait.FailureAsync(async () =>
        {
            while (true)
            {
                await call.RequestStream.WriteAsync(new Note { Text = "more" }, Token);
            }
        });

        Assert.Equal(new Status(StatusCode.ResourceExhausted, "enough"), failure.Status);
        Assert.Equal(StatusCode.ResourceExhausted, (await Wait.FailureAsync(() => call.ResponseAsync)).StatusCode);
    }

    [Fact]
    public async Task GetStatus_BeforeTheEnd_IsRefused()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers());
        using var call = server.Client.Chat(cancellationToken: Token);

        Assert.Throws<InvalidOperationException>(() => call.GetStatus());
        Assert.Throws<InvalidOperationException>(() => call.GetTrailers());
    }

    private static ProbeHandlers Throwing(Exception exception) => new() { Echo = (_, _) => throw exception };
}
