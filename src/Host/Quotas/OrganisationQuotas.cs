using System.Collections.Concurrent;

namespace DataHub.Host.Quotas;

/// <summary>What each organisation has left to call. Organisations are those of the register, so their number is bounded.</summary>
internal sealed class OrganisationQuotas(QuotaOptions options, TimeProvider time)
{
    private readonly ConcurrentDictionary<(string Organisation, CallClass Class), TokenBucket> _buckets = new();

    /// <summary>Takes one call from an organisation's quota.</summary>
    /// <param name="organisation">Unified social credit code.</param>
    /// <param name="callClass">Sort of the call.</param>
    /// <returns>What it was taken from.</returns>
    /// <exception cref="Kernel.Faults.FaultException">None is left: <c>QUOTA</c>, with how long until there is.</exception>
    public TokenBucket Take(string organisation, CallClass callClass)
    {
        var bucket = _buckets.GetOrAdd((organisation, callClass), static (key, own) => new TokenBucket(own.options.RateOf(key.Class), own.time), (options, time));
        var wait = bucket.Take();
        return wait == TimeSpan.Zero ? bucket : throw QuotaFaults.Quota(wait);
    }
}
