using System.Runtime.CompilerServices;
using Grpc.Core;
using Grpc.Net.Client.Balancer;
using Grpc.Net.Client.Retries;

namespace Grpc.Net.Client.Calls;

/// <summary>
/// Sends the request of a call until a server answers it for good. An attempt that reached no server costs nothing and is made elsewhere; one
/// that a server may have acted on is repeated only where the method's retry policy says so (gRFC A6).
/// </summary>
internal sealed class CallAttempts(GrpcChannel channel, RequestHead head, RequestBody body, string? encoding)
{
    private const string PushbackHeader = "grpc-retry-pushback-ms";

    private readonly RetryRules? _rules = channel.Retries.RulesOf(head.Method);
    private int _failed;
    private int _backoffs;
    private bool _wasSentAgain;

    /// <summary>Sends; returns when response headers are here and no other attempt follows.</summary>
    /// <exception cref="Exception">What the last attempt failed with.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<HttpResponseMessage> SendAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Subchannel? server = null;
            TimeSpan pause;
            try
            {
                server = await channel.Servers.PickAsync(head.Options.IsWaitForReady, cancellationToken);
                var request = await head.MakeAsync(body, encoding, server, _failed, cancellationToken);
                var response = await channel.SendAsync(request, cancellationToken);
                server.Reached();
                if (PauseAfter(response) is not { } another)
                {
                    body.Commit();
                    return response;
                }

                response.Dispose();
                pause = another;
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                if (PauseAfter(exception, server) is not { } another)
                {
                    throw;
                }

                pause = another;
            }

            if (pause > TimeSpan.Zero)
            {
                await Task.Delay(pause, channel.Time, cancellationToken);
            }
        }
    }

    /// <returns>The pause before another attempt; null where the response counts.</returns>
    private TimeSpan? PauseAfter(HttpResponseMessage response)
    {
        if (_rules is null)
        {
            return null;
        }

        if (ResponseHead.EarlyStatus(response) is { StatusCode: not StatusCode.OK } status)
        {
            return ByPolicy(status.StatusCode, ResponseHead.Value(response.Headers, PushbackHeader));
        }

        channel.Retries.Throttle?.CallSucceeded();
        return null;
    }

    /// <returns>The pause before another attempt; null where the failure counts.</returns>
    private TimeSpan? PauseAfter(Exception exception, Subchannel? server)
    {
        var status = TransportFailure.StatusOf(exception, channel.IsTls);
        if (server is not null && TransportFailure.ReachedNobody(exception, channel.OnlyConnectingTimesOut))
        {
            server.Failed(status);
            channel.Servers.OnFailure();
            if (head.Options.IsWaitForReady || channel.Servers.HasAlternatives)
            {
                return TimeSpan.Zero;
            }
        }
        else if (!_wasSentAgain && (TransportFailure.IsRefused(exception) || (exception is HttpRequestException && body.IsUntouched)))
        {
            // A connection that goes away just then, as after GOAWAY, takes along what was to be sent next.
            _wasSentAgain = true;
            return TimeSpan.Zero;
        }

        return ByPolicy(status.StatusCode, pushback: null);
    }

    private TimeSpan? ByPolicy(StatusCode code, string? pushback)
    {
        var named = pushback is null ? null : RetryRules.Pushback(pushback);
        var isUnwanted = pushback is not null && named is null;
        if (_rules is null || (!_rules.IsRetryable(code) && !isUnwanted))
        {
            return null;
        }

        var throttle = channel.Retries.Throttle;
        throttle?.CallFailed();
        if (isUnwanted || !_rules.IsRetryable(code) || body.IsCommitted || ++_failed >= _rules.MaxAttempts || throttle is { IsActive: true })
        {
            return null;
        }

        _backoffs = named is null ? _backoffs + 1 : 0;
        return named ?? _rules.Backoff(_backoffs - 1);
    }
}
