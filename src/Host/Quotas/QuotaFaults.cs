using DataHub.Kernel.Faults;

namespace DataHub.Host.Quotas;

/// <summary>What is refused because there is too much of it.</summary>
internal static class QuotaFaults
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    public static FaultException Quota(TimeSpan retryAfter) =>
        new(FaultKind.OverQuota, "QUOTA", "Your organisation calls more often than its quota; spread the calls, or ask for a higher one.") { RetryAfter = retryAfter };

    public static FaultException TooBusy() =>
        new(FaultKind.OverQuota, "TOO_BUSY", "Too many calls are waiting; repeat a little later.") { RetryAfter = RetryDelay };
}
