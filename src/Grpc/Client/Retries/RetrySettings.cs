using Grpc.Core;
using Grpc.Net.Client.Configuration;

namespace Grpc.Net.Client.Retries;

/// <summary>All that a channel knows about trying again: the rules of each method, the throttle, and the room for requests that are kept.</summary>
internal sealed class RetrySettings
{
    private readonly Dictionary<(string Service, string Method), RetryRules?> _rules = [];
    private readonly long _maxKeptBytes;
    private readonly long _maxKeptBytesPerCall;
    private long _keptBytes;

    /// <exception cref="InvalidOperationException">The service configuration is incomplete or names a method twice.</exception>
    public RetrySettings(GrpcChannelOptions options)
    {
        _maxKeptBytes = options.MaxRetryBufferSize ?? long.MaxValue;
        _maxKeptBytesPerCall = options.MaxRetryBufferPerCallSize ?? long.MaxValue;
        Throttle = options.ServiceConfig?.RetryThrottling is { } throttling ? new RetryThrottle(throttling) : null;
        foreach (var config in options.ServiceConfig?.MethodConfigs ?? [])
        {
            var rules = config.RetryPolicy is { } policy ? new RetryRules(policy, options.MaxRetryAttempts) : null;
            foreach (var name in config.Names)
            {
                Add(name, rules);
            }
        }
    }

    public RetryThrottle? Throttle { get; }

    /// <summary>The rules of a method; null where it is not tried again.</summary>
    public RetryRules? RulesOf(IMethod method) =>
        _rules.Count == 0 ? null
        : _rules.TryGetValue((method.ServiceName, method.Name), out var rules)
            || _rules.TryGetValue((method.ServiceName, ""), out rules)
            || _rules.TryGetValue(("", ""), out rules) ? rules
        : null;

    /// <summary>Asks for room to keep more of a request.</summary>
    /// <param name="kept">Bytes the call keeps already.</param>
    /// <param name="more">Bytes to add.</param>
    /// <returns>False where there is none; then nothing was taken.</returns>
    public bool TryKeep(long kept, long more)
    {
        if (kept + more > _maxKeptBytesPerCall)
        {
            return false;
        }

        if (Interlocked.Add(ref _keptBytes, more) <= _maxKeptBytes)
        {
            return true;
        }

        Release(more);
        return false;
    }

    public void Release(long bytes) => Interlocked.Add(ref _keptBytes, -bytes);

    private void Add(MethodName name, RetryRules? rules)
    {
        var key = (name.Service ?? "", name.Method ?? "");
        if (key is ("", not ""))
        {
            throw new InvalidOperationException($"A method configuration names the method {name.Method} without its service.");
        }

        if (!_rules.TryAdd(key, rules))
        {
            throw new InvalidOperationException($"Two method configurations name '{key.Item1}/{key.Item2}'.");
        }
    }
}
