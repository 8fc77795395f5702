using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;
using Grpc.Tests.Protos;
using Grpc.Tests.Support;

namespace Grpc.Tests.Client;

/// <summary>Calls that are tried again by the policy of their method (gRFC A6).</summary>
public sealed class RetryTests
{
    private const string Pushback = "grpc-retry-pushback-ms";

    private readonly Retrying _retrying = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Call_WithAStatusListed_IsTriedAgainWithGrowingPauses()
    {
        var announced = new List<string?>();
        await using var server = await ProbeServer.StartAsync(_retrying.Failing(times: 3, context => announced.Add(context.RequestHeaders.GetValue(Retrying.PreviousAttempts))));
        using var channel = _retrying.Connect(server, Retrying.Policy(maxAttempts: 4));

        var reply = await new Probe.ProbeClient(channel).EchoAsync(new Note { Text = "户籍" }, cancellationToken: Token);

        Assert.Equal("户籍", reply.Text);
        Assert.Equal([null, "1", "2", "3"], announced);
        Assert.Equal(3, _retrying.Time.Pauses.Count);
        Assert.All(_retrying.Time.Pauses.Zip([100, 200, 250]), pause => Assert.InRange(pause.First.TotalMilliseconds, 0.8 * pause.Second - 1, 1.2 * pause.Second + 1));
    }

    [Theory]
    [InlineData(4, 5, 4)]
    [InlineData(4, 2, 2)]
    [InlineData(2, null, 2)]
    public async Task Call_ThatFailsAgainAndAgain_EndsWithTheLastStatusAfterTheMostAttempts(int policy, int? channelsMost, int expected)
    {
        await using var server = await ProbeServer.StartAsync(_retrying.Failing(times: 100));
        using var channel = _retrying.Connect(server, Retrying.Policy(policy), options => options.MaxRetryAttempts = channelsMost);

        var failure = await Retrying.FailureAsync(channel);

        Assert.Equal(new Status(StatusCode.Unavailable, $"attempt {expected}"), failure.Status);
        Assert.Equal(expected, _retrying.Attempts);
    }

    [Theory]
    [InlineData(StatusCode.Internal)]
    [InlineData(StatusCode.FailedPrecondition)]
    [InlineData(StatusCode.DeadlineExceeded)]
    public async Task Call_WithAnotherStatus_IsMadeOnce(StatusCode code)
    {
        await using var server = await ProbeServer.StartAsync(_retrying.Failing(times: 100, code: code));
        using var channel = _retrying.Connect(server, Retrying.Policy());

        Assert.Equal(code, (await Retrying.FailureAsync(channel)).StatusCode);
        Assert.Equal(1, _retrying.Attempts);
    }

    [Theory]
    [InlineData("datahub.probe.Probe", "Count")]
    [InlineData("datahub.probe.Absent", null)]
    [InlineData("no policy", null)]
    public async Task Call_OfAMethodWithoutPolicy_IsMadeOnce(string service, string? method)
    {
        await using var server = await ProbeServer.StartAsync(_retrying.Failing(times: 1));
        using var channel = _retrying.Connect(server, service == "no policy" ? null : Retrying.Policy(name: new MethodName { Service = service, Method = method }));

        Assert.Equal(StatusCode.Unavailable, (await Retrying.FailureAsync(channel)).StatusCode);
        Assert.Equal(1, _retrying.Attempts);
    }

    [Fact]
    public async Task Policy_OfTheMethod_CountsBeforeThatOfTheServiceAndTheDefault()
    {
        await using var server = await ProbeServer.StartAsync(_retrying.Failing(times: 100));
        var config = Retrying.Policy(maxAttempts: 2, name: MethodName.Default);
        config.MethodConfigs.Add(Retrying.Policy(maxAttempts: 3, name: new MethodName { Service = "datahub.probe.Probe" }).MethodConfigs[0]);
        config.MethodConfigs.Add(Retrying.Policy(maxAttempts: 4, name: new MethodName { Service = "datahub.probe.Probe", Method = "Echo" }).MethodConfigs[0]);
        using var channel = _retrying.Connect(server, config);

        await Retrying.FailureAsync(channel);

        Assert.Equal(4, _retrying.Attempts);
    }

    [Fact]
    public async Task Server_NamingThePause_IsHeardAndTheNextPauseIsTheFirstAgain()
    {
        await using var server = await ProbeServer.StartAsync(_retrying.Failing(times: 3, context =>
        {
            if (_retrying.Attempts == 2)
            {
                context.ResponseTrailers.Add(Pushback, "1234");
            }
        }));
        using var channel = _retrying.Connect(server, Retrying.Policy());

        await new Probe.ProbeClient(channel).EchoAsync(new Note(), cancellationToken: Token);

        var pauses = _retrying.Time.Pauses.Select(pause => pause.TotalMilliseconds).ToList();
        Assert.Equal(1234, pauses[1]);
        Assert.InRange(pauses[2], 79, 121);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("soon")]
    [InlineData("99999999999")]
    public async Task Server_WantingNoOtherAttempt_GetsNone(string pushback)
    {
        await using var server = await ProbeServer.StartAsync(_retrying.Failing(times: 1, context => context.ResponseTrailers.Add(Pushback, pushback)));
        using var channel = _retrying.Connect(server, Retrying.Policy());

        await Retrying.FailureAsync(channel);

        Assert.Equal(1, _retrying.Attempts);
    }

    [Fact]
    public async Task Call_WhoseResponseHasBegun_IsNotTriedAgain()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers
        {
            Echo = async (_, context) =>
            {
                _retrying.CountAttempt();
                await context.WriteResponseHeadersAsync([]);
                throw new RpcException(new Status(StatusCode.Unavailable, "too late"));
            },
        });
        using var channel = _retrying.Connect(server, Retrying.Policy());

        Assert.Equal("too late", (await Retrying.FailureAsync(channel)).Status.Detail);
        Assert.Equal(1, _retrying.Attempts);
    }

    [Fact]
    public async Task Channel_WithTooManyFailures_TriesNoneAgainUntilCallsSucceed()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers
        {
            Echo = (request, _) =>
            {
                _retrying.CountAttempt();
                return request.Text == "fail" ? throw new RpcException(new Status(StatusCode.Unavailable, "busy")) : Task.FromResult(request);
            },
        });
        var config = Retrying.Policy(maxAttempts: 4);
        config.RetryThrottling = new RetryThrottlingPolicy { MaxTokens = 4, TokenRatio = 1 };
        using var channel = _retrying.Connect(server, config);
        var client = new Probe.ProbeClient(channel);

        Assert.Equal(2, await AttemptsAsync("fail")); // four tokens, three, two: no more than half are left
        Assert.Equal(1, await AttemptsAsync("fail"));
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(1, await AttemptsAsync("succeed"));
        }

        Assert.Equal(2, await AttemptsAsync("fail"));

        async Task<int> AttemptsAsync(string text)
        {
            _retrying.Forget();
            await Record.ExceptionAsync(() => client.EchoAsync(new Note { Text = text }, cancellationToken: Token).ResponseAsync.SoonAsync());
            return _retrying.Attempts;
        }
    }

    [Theory]
    [InlineData(true, StatusCode.DeadlineExceeded)]
    [InlineData(false, StatusCode.Cancelled)]
    public async Task Pause_IsEndedByDeadlineAndCancellation(bool byDeadline, StatusCode expected)
    {
        var (failed, time) = (new TaskCompletionSource(), new SteppedTime());
        await using var server = await ProbeServer.StartAsync(_retrying.Failing(times: 100, _ => failed.TrySetResult()));
        using var channel = server.Connect(new GrpcChannelOptions { ServiceConfig = Retrying.Policy(backoff: TimeSpan.FromHours(10)), ServiceProvider = time });
        using var cancellation = new CancellationTokenSource();
        var call = new Probe.ProbeClient(channel).EchoAsync(
            new Note(), deadline: byDeadline ? time.In(TimeSpan.FromHours(1)) : null, cancellationToken: cancellation.Token);
        await failed.Task.SoonAsync();

        if (byDeadline)
        {
            time.Advance(TimeSpan.FromHours(1));
        }
        else
        {
            await cancellation.CancelAsync();
        }

        Assert.Equal(expected, (await Wait.FailureAsync(() => call.ResponseAsync)).StatusCode);
        Assert.Equal(1, _retrying.Attempts);
    }

    [Theory]
    [InlineData("MaxAttempts")]
    [InlineData("InitialBackoff")]
    [InlineData("MaxBackoff")]
    [InlineData("BackoffMultiplier")]
    [InlineData("RetryableStatusCodes")]
    [InlineData("method without service")]
    [InlineData("named twice")]
    [InlineData("MaxTokens")]
    [InlineData("TokenRatio")]
    public void Config_ThatIsIncomplete_IsRefusedWithTheChannel(string missing)
    {
        var config = Retrying.Policy();
        var policy = config.MethodConfigs[0].RetryPolicy!;
        config.RetryThrottling = new RetryThrottlingPolicy { MaxTokens = missing == "MaxTokens" ? null : 10, TokenRatio = missing == "TokenRatio" ? 0 : 1 };
        switch (missing)
        {
            case "MaxAttempts": policy.MaxAttempts = 1; break;
            case "InitialBackoff": policy.InitialBackoff = null; break;
            case "MaxBackoff": policy.MaxBackoff = TimeSpan.Zero; break;
            case "BackoffMultiplier": policy.BackoffMultiplier = 0; break;
            case "RetryableStatusCodes": policy.RetryableStatusCodes.Clear(); break;
            case "method without service": config.MethodConfigs[0].Names.Add(new MethodName { Method = "Echo" }); break;
            case "named twice": config.MethodConfigs[0].Names.Add(MethodName.Default); break;
        }

        Assert.Throws<InvalidOperationException>(() => GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions { ServiceConfig = config }));
    }
}
