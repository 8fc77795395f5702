using Grpc.Core;

namespace Grpc.Net.Client.Configuration;

/// <summary>
/// How calls that failed are tried again (gRFC A6). A call is tried again only while the server has sent no response headers, and
/// only with a status listed: the server may have acted on it, so list statuses of methods that bear repetition.
/// </summary>
public sealed class RetryPolicy
{
    /// <summary>A policy; every property must be set.</summary>
    public RetryPolicy()
    {
    }

    /// <summary>Attempts in all, the first one included; at least 2, capped by <see cref="GrpcChannelOptions.MaxRetryAttempts"/>.</summary>
    public int? MaxAttempts { get; set; }

    /// <summary>Pause before the second attempt, more than zero; every pause varies at random by a fifth.</summary>
    public TimeSpan? InitialBackoff { get; set; }

    /// <summary>Longest pause, more than zero.</summary>
    public TimeSpan? MaxBackoff { get; set; }

    /// <summary>What each pause is multiplied by for the next, more than zero.</summary>
    public double? BackoffMultiplier { get; set; }

    /// <summary>Statuses that are tried again; at least one.</summary>
    public IList<StatusCode> RetryableStatusCodes { get; } = [];
}

/// <summary>Stops retries of a channel while too many of its calls fail: failures take a token, successes give a part of one back.</summary>
public sealed class RetryThrottlingPolicy
{
    /// <summary>A policy; both properties must be set.</summary>
    public RetryThrottlingPolicy()
    {
    }

    /// <summary>Tokens at the start and at most, 1 to 1000; calls are tried again while more than half are left.</summary>
    public int? MaxTokens { get; set; }

    /// <summary>Tokens a successful call gives back, more than zero.</summary>
    public double? TokenRatio { get; set; }
}
