using System.Globalization;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;
using Grpc.Tests.Protos;

namespace Grpc.Tests.Support;

/// <summary>Handlers that fail at first, and channels that try again on a clock on which pauses take no time.</summary>
internal sealed class Retrying
{
    /// <summary>Header in which an attempt says how many there were before.</summary>
    public const string PreviousAttempts = "grpc-previous-rpc-attempts";

    private int _attempts;

    public ImmediateTime Time { get; } = new();

    /// <summary>Attempts that reached a handler.</summary>
    public int Attempts => Volatile.Read(ref _attempts);

    public static ServiceConfig Policy(int maxAttempts = 5, MethodName? name = null, TimeSpan? backoff = null) => new()
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

    /// <summary>The failure of a unary call.</summary>
    public static Task<RpcException> FailureAsync(GrpcChannel channel) =>
        Wait.FailureAsync(() => new Probe.ProbeClient(channel).EchoAsync(new Note(), cancellationToken: TestContext.Current.CancellationToken).ResponseAsync);

    public GrpcChannel Connect(ProbeServer server, ServiceConfig? config, Action<GrpcChannelOptions>? change = null)
    {
        var options = new GrpcChannelOptions { ServiceConfig = config, ServiceProvider = Time };
        change?.Invoke(options);
        return server.Connect(options);
    }

    public ProbeHandlers Failing(int times, Action<ServerCallContext>? onAttempt = null, StatusCode code = StatusCode.Unavailable) => new()
    {
        Echo = (request, context) =>
        {
            var attempt = CountAttempt();
            onAttempt?.Invoke(context);
            return attempt <= times
                ? throw new RpcException(new Status(code, string.Create(CultureInfo.InvariantCulture, $"attempt {attempt}")))
                : Task.FromResult(request);
        },
    };

    public void FailFirst(int times)
    {
        if (CountAttempt() <= times)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "busy"));
        }
    }

    /// <returns>Number of this attempt, from 1.</returns>
    public int CountAttempt() => Interlocked.Increment(ref _attempts);

    /// <summary>Counts from the start again.</summary>
    public void Forget() => Volatile.Write(ref _attempts, 0);
}
