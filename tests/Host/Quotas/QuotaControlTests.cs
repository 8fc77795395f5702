using System.Net;
using System.Threading.Channels;
using DataHub.Contracts;
using DataHub.Host.Errors;
using DataHub.Host.Quotas;
using DataHub.Kernel.Access;
using DataHub.TestKit;
using DataHub.V1;
using Google.Rpc;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Grpc.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DataHub.Host.Tests.Quotas;

/// <summary>Quotas and turns on a real port, with services that finish when the test says.</summary>
public sealed class QuotaControlTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private readonly Slow _verification = new();
    private readonly Pushes _pushes = new();
    private WebApplication _app = null!;
    private GrpcChannel _channel = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Quotas:MaxInService"] = "1",
            ["Quotas:MaxWaitingEach"] = "1",
            ["Quotas:Verify:PerSecond"] = "1",
            ["Quotas:Verify:Burst"] = "3",
        });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddSingleton<TimeProvider>(_time).AddSingleton(_verification).AddSingleton(_pushes).AddQuotas();
        builder.Services.AddGrpc(grpc =>
        {
            grpc.Interceptors.Add<FaultInterceptor>();
            grpc.Interceptors.Add<NamedCaller>();
            grpc.Interceptors.Add<QuotaControl>();
        });
        _app = builder.Build();
        _app.MapGrpcService<Slow>();
        _app.MapGrpcService<Pushes>();
        await _app.StartAsync(Token);
        _channel = GrpcChannel.ForAddress(_app.Urls.Single());
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task Call_OverItsQuota_IsRefusedWithADelayAndOthersAreNot()
    {
        for (var i = 0; i < 3; i++)
        {
            await VerifyAsync("noisy", "now");
        }

        var refused = await Assert.ThrowsAsync<RpcException>(() => VerifyAsync("noisy", "now"));
        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
        var details = Google.Rpc.Status.Parser.ParseFrom(refused.Trailers.GetValueBytes("grpc-status-details-bin")).Details;
        Assert.Equal("QUOTA", details[0].Unpack<ErrorInfo>().Reason);
        Assert.Equal(TimeSpan.FromSeconds(1), details[1].Unpack<RetryInfo>().RetryDelay.ToTimeSpan());
        await VerifyAsync("quiet", "now");
        _time.Advance(TimeSpan.FromSeconds(1));
        await VerifyAsync("noisy", "now");
    }

    [Fact]
    public async Task Call_Repetition_UsesUpNothing()
    {
        for (var i = 0; i < 10; i++)
        {
            await VerifyAsync("a", "repetition");
        }
    }

    [Fact]
    public async Task Call_AllPlacesTaken_WaitsItsTurnAndIsShedBeyondItsLine()
    {
        var first = VerifyAsync("a", "slow");
        await _verification.Work.BegunAsync();
        var second = VerifyAsync("a", "slow");
        await UntilOneWaitsAsync();
        var other = VerifyAsync("b", "now");
        var shed = await Assert.ThrowsAsync<RpcException>(() => VerifyAsync("a", "now"));
        Assert.Contains("Too many calls are waiting", shed.Status.Detail, StringComparison.Ordinal);
        Assert.False(second.IsCompleted);

        _verification.Work.Finish();
        await first;
        await _verification.Work.BegunAsync();
        Assert.False(other.IsCompleted);
        _verification.Work.Finish();
        await second;
        await other;
    }

    [Fact]
    public async Task Stream_OpenAndIdle_TakesNoPlace()
    {
        using var idle = new ExchangeService.ExchangeServiceClient(_channel).Push(As("push"));
        await idle.RequestStream.WriteAsync(new PushRequest(), Token);
        Assert.True(await idle.ResponseStream.MoveNext(Token));

        // The stream waits for its client; then its handler is at work, and then it waits again.
        await VerifyAsync("a", "now");
        _pushes.Hold = true;
        await idle.RequestStream.WriteAsync(new PushRequest(), Token);
        await _pushes.Work.BegunAsync();
        var waiting = VerifyAsync("a", "now");
        await UntilOneWaitsAsync();
        Assert.False(waiting.IsCompleted);
        _pushes.Work.Finish();
        await waiting;
        await idle.RequestStream.CompleteAsync();
        while (await idle.ResponseStream.MoveNext(Token))
        {
        }

        await VerifyAsync("a", "now");
    }

    private static CallOptions As(string organisation) => new(new Metadata { { "organisation", organisation } }, cancellationToken: Token);

    private Task<VerifyReply> VerifyAsync(string organisation, string how) =>
        new VerificationService.VerificationServiceClient(_channel).VerifyAsync(new VerifyRequest { RequestId = how }, As(organisation)).ResponseAsync;

    private Task UntilOneWaitsAsync() => Wait.UntilAsync(() => _app.Services.GetRequiredService<FairGate>().Waiting == 1);

    /// <summary>Takes the caller's organisation from the headers.</summary>
    private sealed class NamedCaller : Interceptor
    {
        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        {
            Name(context);
            return continuation(request, context);
        }

        public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
            IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> continuation)
        {
            Name(context);
            return continuation(requestStream, responseStream, context);
        }

        private static void Name(ServerCallContext context) =>
            context.SetCaller(new Caller("tester-1", context.RequestHeaders.GetValue("organisation")!, new HashSet<SystemRole>()));
    }

    /// <summary>Work that waits for the test.</summary>
    private sealed class Held
    {
        private readonly Channel<bool> _begun = Channel.CreateUnbounded<bool>();
        private readonly Channel<bool> _finish = Channel.CreateUnbounded<bool>();

        public async Task BegunAsync() => await _begun.Reader.ReadAsync(Token);

        public void Finish() => _finish.Writer.TryWrite(true);

        public async Task WorkAsync(ServerCallContext context)
        {
            _begun.Writer.TryWrite(true);
            await _finish.Reader.ReadAsync(context.CancellationToken);
        }
    }

    private sealed class Slow : VerificationService.VerificationServiceBase
    {
        public Held Work { get; } = new();

        public override async Task<VerifyReply> Verify(VerifyRequest request, ServerCallContext context)
        {
            context.Notes().IsRepetition = request.RequestId == "repetition";
            if (request.RequestId == "slow")
            {
                await Work.WorkAsync(context);
            }

            return new VerifyReply();
        }
    }

    private sealed class Pushes : ExchangeService.ExchangeServiceBase
    {
        public Held Work { get; } = new();

        public bool Hold { get; set; }

        public override async Task Push(IAsyncStreamReader<PushRequest> requestStream, IServerStreamWriter<PushReply> responseStream, ServerCallContext context)
        {
            while (await requestStream.MoveNext(context.CancellationToken))
            {
                if (Hold)
                {
                    await Work.WorkAsync(context);
                }

                await responseStream.WriteAsync(new PushReply());
            }
        }
    }
}
