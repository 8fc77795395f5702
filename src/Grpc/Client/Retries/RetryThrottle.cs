using Grpc.Net.Client.Configuration;

namespace Grpc.Net.Client.Retries;

/// <summary>Counts the failures of a channel and says when retrying would only add to them (gRFC A6, throttling).</summary>
internal sealed class RetryThrottle
{
    private readonly Lock _gate = new();
    private readonly double _maxTokens;
    private readonly double _tokenRatio;
    private double _tokens;

    /// <exception cref="InvalidOperationException">A property is missing or out of range.</exception>
    public RetryThrottle(RetryThrottlingPolicy policy)
    {
        _maxTokens = policy.MaxTokens is >= 1 and <= 1000 and var tokens ? tokens : throw new InvalidOperationException("MaxTokens of a retry throttling policy must be set: 1 to 1000.");
        _tokenRatio = policy.TokenRatio is > 0 and var ratio ? ratio : throw new InvalidOperationException("TokenRatio of a retry throttling policy must be set: more than zero.");
        _tokens = _maxTokens;
    }

    /// <summary>Whether failed calls are to be left as they are.</summary>
    public bool IsActive
    {
        get
        {
            lock (_gate)
            {
                return _tokens <= _maxTokens / 2;
            }
        }
    }

    public void CallFailed()
    {
        lock (_gate)
        {
            _tokens = Math.Max(_tokens - 1, 0);
        }
    }

    public void CallSucceeded()
    {
        lock (_gate)
        {
            _tokens = Math.Min(_tokens + _tokenRatio, _maxTokens);
        }
    }
}
