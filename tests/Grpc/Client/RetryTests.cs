using System.Globalization;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;
using Grpc.Tests.Protos;
using Grpc.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Features;

namespace Grpc.Tests.Client;

/// <summary>Calls that are tried again (gRFC A6).</summary>
public sealed class RetryTests
{
    private const string PreviousAttempts = "grpc-previous-rpc-attempts";
    private const string Pushback = "grpc-retry-pushback-ms";

    private readonly ImmediateTime _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private int _attempts;

    [Fact]
    public async Task Call_WithAStatusListed_IsTriedAgainWithGrowingPauses()
    {
        var announced = new List<string?>();
        await using var server = await ProbeServer.StartAsync(Failing(times: 3, context => announced.Add(context.RequestHeaders.GetValue(PreviousAttempts))));
        using var channel = Connect(server, Policy(maxAttempts: 4));

        var reply = await new Probe.ProbeClient(channel).EchoAsync(new Note { Text = "户籍" }, cancellationToken: Token);

        Assert.Equal("户籍", reply.Text);
        Assert.Equal([null, "1", "2", "3"], announced);
        Assert.Equal(3, _time.Pauses.Count);
        Assert.All(_time.Pauses.Zip([100, 200, 250]), pause => Assert.InRange(pause.First.TotalMilliseconds, 0.8 * pause.Second - 1, 1.2 * pause.Second + 1));
    }

    [Theory]
    [InlineData(4, 5, 4)]
    [InlineData(4, 2, 2)]
    [InlineData(2, null, 2)]
    public async Task Call_ThatFailsAgainAndAgain_EndsWithTheLastStatusAfterTheMostAttempts(int policy, int? channelsMost, int expected)
    {
        await using var server = await ProbeServer.StartAsync(Failing(times: 100));
        using var channel = Connect(server, Policy(policy), options => options.MaxRetryAttempts = channelsMost);

        var failure = await FailureAsync(channel);

        Assert.Equal(new Status(StatusCode.Unavailable, $"attempt {expected}"), failure.Status);
        Assert.Equal(expected, _attempts);
    }

    [Theory]
    [InlineData(StatusCode.Internal)]
    [InlineData(StatusCode.FailedPrecondition)]
    [InlineData(StatusCode.DeadlineExceeded)]
    public async Task Call_WithAnotherStatus_IsMadeOnce(StatusCode code)
    {
        await using var server = await ProbeServer.StartAsync(Failing(times: 100, code: code));
        using var channel = Connect(server, Policy());

        Assert.Equal(code, (await FailureAsync(channel)).StatusCode);
        Assert.Equal(1, _attempts);
    }

    [Theory]
    [InlineData("datahub.probe.Probe", "Count")]
    [InlineData("datahub.probe.Absent", null)]
    [InlineData("no policy", null)]
    public async Task Call_OfAMethodWithoutPolicy_IsMadeOnce(string service, string? method)
    {
        await using var server = await ProbeServer.StartAsync(Failing(times: 1));
        using var channel = Connect(server, service == "no policy" ? null : Policy(name: new MethodName { Service = service, Method = method }));

        Assert.Equal(StatusCode.Unavailable, (await FailureAsync(channel)).StatusCode);
        Assert.Equal(1, _attempts);
    }

    [Fact]
    public async Task Policy_OfTheMethod_CountsBeforeThatOfTheServiceAndTheDefault()
    {
        await using var server = await ProbeServer.StartAsync(Failing(times: 100));
        var config = Policy(maxAttempts: 2, name: MethodName.Default);
        config.MethodConfigs.Add(Policy(maxAttempts: 3, name: new MethodName { Service = "datahub.probe.Probe" }).MethodConfigs[0]);
        config.MethodConfigs.Add(Policy(maxAttempts: 4, name: new MethodName { Service = "datahub.probe.Probe", Method = "Echo" }).MethodConfigs[0]);
        using var channel = Connect(server, config);

        await FailureAsync(channel);

        Assert.Equal(4, _attempts);
    }

    [Fact]
    public async Task Server_NamingThePause_IsHeardAndTheNextPauseIsTheFirstAgain()
    {
        await using var server = await ProbeServer.StartAsync(Failing(times: 3, context =>
        {
            if (_attempts == 2)
            {
                context.ResponseTrailers.Add(Pushback, "1234");
            }
        }));
        using var channel = Connect(server, Policy());

        await new Probe.ProbeClient(channel).EchoAsync(new Note(), cancellationToken: Token);

        var pauses = _time.Pauses.Select(pause => pause.TotalMilliseconds).ToList();
        Assert.Equal(1234, pauses[1]);
        Assert.InRange(pauses[2], 79, 121);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("soon")]
    [InlineData("99999999999")]
    public async Task Server_WantingNoOtherAttempt_GetsNone(string pushback)
    {
        await using var server = await ProbeServer.StartAsync(Failing(times: 1, context => context.ResponseTrailers.Add(Pushback, pushback)));
        using var channel = Connect(server, Policy());

        await FailureAsync(channel);

        Assert.Equal(1, _attempts);
    }

    [Fact]
    public async Task Call_WhoseResponseHasBegun_IsNotTriedAgain()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers
        {
            Echo = async (_, context) =>
            {
                _attempts++;
                await context.WriteResponseHeadersAsync([]);
                throw new RpcException(new Status(StatusCode.Unavailable, "too late"));
            },
        });
        using var channel = Connect(server, Policy());

        Assert.Equal("too late", (await FailureAsync(channel)).Status.Detail);
        Assert.Equal(1, _attempts);
    }

    [Fact]
    public async Task RequestStream_OfACallTriedAgain_IsSentFromItsStartAndGoesOn()
    {
        var goOn = new TaskCompletionSource();
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers
        {
            Collect = async (requests, context) =>
            {
                var texts = new List<string>();
                await foreach (var note in requests.ReadAllAsync(context.CancellationToken))
                {
                    texts.Add(note.Text);
                    if (texts.Count == 2 && Interlocked.Increment(ref _attempts) <= 2)
                    {
                        throw new RpcException(new Status(StatusCode.Unavailable, "busy"));
                    }

                    if (texts.Count == 2)
                    {
                        goOn.SetResult();
                    }
                }

                return new Note { Text = string.Join(',', texts) };
            },
        });
        using var channel = Connect(server, Policy());
        using var call = new Probe.ProbeClient(channel).Collect(cancellationToken: Token);

        await call.RequestStream.WriteAsync(new Note { Text = "a" }, Token);
        await call.RequestStream.WriteAsync(new Note { Text = "b" }, Token);
        await goOn.Task.SoonAsync();
        await call.RequestStream.WriteAsync(new Note { Text = "c" }, Token);
        await call.RequestStream.CompleteAsync();

        Assert.Equal("a,b,c", (await call.ResponseAsync.SoonAsync()).Text);
        Assert.Equal(3, _attempts);
    }

    [Fact]
    public async Task RequestStream_WrittenAsFastAsItGoesWhileAttemptsFail_ArrivesWholeAndInOrder()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers
        {
            Collect = async (requests, context) =>
            {
                var failsAfter = Interlocked.Increment(ref _attempts) * 7;
                var received = new List<int>();
                await foreach (var note in requests.ReadAllAsync(context.CancellationToken))
                {
                    received.Add(note.Number);
                    if (_attempts < 5 && received.Count == failsAfter)
                    {
                        throw new RpcException(new Status(StatusCode.Unavailable, "busy"));
                    }
                }

                return new Note { Number = received.SequenceEqual(Enumerable.Range(0, received.Count)) ? received.Count : -1 };
            },
        });
        using var channel = Connect(server, Policy());
        using var call = new Probe.ProbeClient(channel).Collect(cancellationToken: Token);

        for (var i = 0; i < 100; i++)
        {
            await call.RequestStream.WriteAsync(new Note { Number = i }, Token).SoonAsync();
        }

        await call.RequestStream.CompleteAsync();

        Assert.Equal(100, (await call.ResponseAsync.SoonAsync()).Number);
        Assert.Equal(5, _attempts);
    }

    [Fact]
    public async Task ResponseStream_ThatFailedBeforeItBegan_IsAskedForAgain()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers
        {
            Count = async (request, responses, _) =>
            {
                FailFirst(times: 2);
                for (var i = 0; i < request.Number; i++)
                {
                    await responses.WriteAsync(new Note { Number = i });
                }
            },
        });
        using var channel = Connect(server, Policy());
        using var call = new Probe.ProbeClient(channel).Count(new Note { Number = 3 }, cancellationToken: Token);

        Assert.Equal([0, 1, 2], await call.ResponseStream.ReadAllAsync(Token).Select(note => note.Number).ToListAsync(Token));
        Assert.Equal(3, _attempts);
    }

    [Theory]
    [InlineData(1000L, null, 1)]
    [InlineData(null, 1000L, 1)]
    [InlineData(null, null, 2)]
    public async Task Request_WithoutRoomToKeepIt_IsSentOnce(long? perCall, long? together, int expectedAttempts)
    {
        await using var server = await ProbeServer.StartAsync(Failing(times: 1));
        using var channel = Connect(server, Policy(), options => (options.MaxRetryBufferPerCallSize, options.MaxRetryBufferSize) = (perCall, together));

        var call = new Probe.ProbeClient(channel).EchoAsync(new Note { Body = Google.Protobuf.ByteString.CopyFrom(new byte[2000]) }, cancellationToken: Token);
        var failure = await Record.ExceptionAsync(() => call.ResponseAsync.SoonAsync());

        Assert.Equal(expectedAttempts, _attempts);
        Assert.Equal(expectedAttempts == 1, failure is RpcException { StatusCode: StatusCode.Unavailable });
    }

    [Fact]
    public async Task Room_OfCallsThatEnded_IsFreeAgain()
    {
        await using var server = await ProbeServer.StartAsync(Failing(times: 1));
        using var channel = Connect(server, Policy(), options => options.MaxRetryBufferSize = 3000);
        var client = new Probe.ProbeClient(channel);
        var note = new Note { Body = Google.Protobuf.ByteString.CopyFrom(new byte[2000]) };

        for (var i = 0; i < 5; i++)
        {
            _attempts = 0;
            await client.EchoAsync(note, cancellationToken: Token).ResponseAsync.SoonAsync();
            Assert.Equal(2, _attempts);
        }
    }

    [Fact]
    public async Task Channel_WithTooManyFailures_TriesNoneAgainUntilCallsSucceed()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers
        {
            Echo = (request, _) =>
            {
                _attempts++;
                return request.Text == "fail" ? throw new RpcException(new Status(StatusCode.Unavailable, "busy")) : Task.FromResult(request);
            },
        });
        var config = Policy(maxAttempts: 4);
        config.RetryThrottling = new RetryThrottlingPolicy { MaxTokens = 4, TokenRatio = 1 };
        using var channel = Connect(server, config);
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
            _attempts = 0;
            await Record.ExceptionAsync(() => client.EchoAsync(new Note { Text = text }, cancellationToken: Token).ResponseAsync.SoonAsync());
            return _attempts;
        }
    }

    [Theory]
    [InlineData(true, StatusCode.DeadlineExceeded)]
    [InlineData(false, StatusCode.Cancelled)]
    public async Task Pause_IsEndedByDeadlineAndCancellation(bool byDeadline, StatusCode expected)
    {
        var failed = new TaskCompletionSource();
        await using var server = await ProbeServer.StartAsync(Failing(times: 100, _ => failed.TrySetResult()));
        using var channel = server.Connect(new GrpcChannelOptions { ServiceConfig = Policy(backoff: TimeSpan.FromHours(1)) });
        using var cancellation = new CancellationTokenSource();
        var call = new Probe.ProbeClient(channel).EchoAsync(
            new Note(), deadline: byDeadline ? TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(500) : null, cancellationToken: cancellation.Token);
        await failed.Task.SoonAsync();

        if (!byDeadline)
        {
            await cancellation.CancelAsync();
        }

        Assert.Equal(expected, (await Wait.FailureAsync(() => call.ResponseAsync)).StatusCode);
        Assert.Equal(1, _attempts);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stream_RefusedByTheServer_IsSentAgainWithoutAnyPolicy(bool streaming)
    {
        var announced = new List<string>();
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers(), new ServerSetup
        {
            Map = app =>
            {
                app.Use((context, next) =>
                {
                    announced.Add(context.Request.Headers[PreviousAttempts].ToString());
                    if (Interlocked.Increment(ref _attempts) > 1)
                    {
                        return next(context);
                    }

                    context.Features.GetRequiredFeature<IHttpResetFeature>().Reset(0x7);
                    return Task.CompletedTask;
                });
                app.MapGrpcService<ProbeService>();
            },
        });

        var text = streaming ? await CollectAsync() : (await server.Client.EchoAsync(new Note { Text = "ab" }, cancellationToken: Token).ResponseAsync.SoonAsync()).Text;

        Assert.Equal("ab", text);
        Assert.All(announced, Assert.Empty);

        async Task<string> CollectAsync()
        {
            using var call = server.Client.Collect(cancellationToken: Token);
            await call.RequestStream.WriteAsync(new Note { Text = "a" }, Token).SoonAsync();
            await call.RequestStream.WriteAsync(new Note { Text = "b" }, Token).SoonAsync();
            await call.RequestStream.CompleteAsync();
            return (await call.ResponseAsync.SoonAsync()).Text;
        }
    }

    [Fact]
    public async Task Request_GivenUpByATimeOfTheCallersClient_IsNotSentAgain()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers
        {
            Echo = async (request, context) =>
            {
                _attempts++;
                await Wait.FiredAsync(context.CancellationToken);
                return request;
            },
        });
        using var client = new HttpClient(server.Handler()) { Timeout = TimeSpan.FromMilliseconds(500) };
        using var channel = GrpcChannel.ForAddress(server.Address, new GrpcChannelOptions { HttpClient = client });

        var call = new Probe.ProbeClient(channel).EchoAsync(new Note(), new CallOptions(cancellationToken: Token).WithWaitForReady());

        Assert.Equal(StatusCode.Unavailable, (await Wait.FailureAsync(() => call.ResponseAsync)).StatusCode);
        Assert.Equal(1, _attempts);
    }

    [Fact]
    public async Task Server_ThatNeverShakesHands_IsLeftAfterTheConnectTimeout()
    {
        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        using var handler = new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromMilliseconds(300) };
        using var channel = GrpcChannel.ForAddress($"https://{silent.LocalEndpoint}", new GrpcChannelOptions { HttpHandler = handler });

        Assert.Equal(StatusCode.Unavailable, (await FailureAsync(channel)).StatusCode);
        Assert.Equal(ConnectivityState.TransientFailure, channel.State);
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
        var config = Policy();
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

    private static ServiceConfig Policy(int maxAttempts = 5, MethodName? name = null, TimeSpan? backoff = null) => new()
    {
        MethodConfigs =
        {
            new MethodConfig
            {
                Names = { name ?? MethodName.Default },
                RetryPolicy = new RetryPolicy
                {
                    MaxAttempts = maxAttempts,
                    InitialBackoff = backoff ?? TimeSpan.FromMilliseconds(100),
                    MaxBackoff = backoff ?? TimeSpan.FromMilliseconds(250),
                    BackoffMultiplier = 2,
                    RetryableStatusCodes = { StatusCode.Unavailable, StatusCode.Aborted },
                },
            },
        },
    };

    private static async Task<RpcException> FailureAsync(GrpcChannel channel) =>
        await Wait.FailureAsync(() => new Probe.ProbeClient(channel).EchoAsync(new Note(), cancellationToken: Token).ResponseAsync);

    private GrpcChannel Connect(ProbeServer server, ServiceConfig? config, Action<GrpcChannelOptions>? change = null)
    {
        var options = new GrpcChannelOptions { ServiceConfig = config, ServiceProvider = _time };
        change?.Invoke(options);
        return server.Connect(options);
    }

    private ProbeHandlers Failing(int times, Action<ServerCallContext>? onAttempt = null, StatusCode code = StatusCode.Unavailable) => new()
    {
        Echo = (request, context) =>
        {
            var attempt = ++_attempts;
            onAttempt?.Invoke(context);
            return attempt <= times
                ? throw new RpcException(new Status(code, string.Create(CultureInfo.InvariantCulture, $"attempt {attempt}")))
                : Task.FromResult(request);
        },
    };

    private void FailFirst(int times)
    {
        if (++_attempts <= times)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "busy"));
        }
    }
}
