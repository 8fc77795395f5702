using DataHub.Kernel.Access;
using DataHub.Kernel.Time;

namespace DataHub.Host.Access;

/// <summary>
/// Who may do what, in memory: replaced as a whole when the register changes, and closed to everybody when this node has not heard from the register for three seconds. Whoever
/// cannot know whether somebody was stopped lets nobody in.
/// </summary>
internal sealed class AccessBook(TimeProvider time) : IGrantBook
{
    /// <summary>Silence after which nobody is admitted.</summary>
    public static readonly TimeSpan SilenceLimit = TimeSpan.FromSeconds(3);

    private Heard? _heard;

    /// <summary>Version last heard of; -1 before the first.</summary>
    public long Version => Volatile.Read(ref _heard)?.Snapshot.Version ?? -1;

    /// <summary>Takes in what was seen.</summary>
    /// <param name="snapshot">The register; null = as it was.</param>
    /// <param name="asked">Timestamp of when it was asked for: what is seen is at least that new.</param>
    /// <returns>The register as it stands.</returns>
    public AccessSnapshot Hear(AccessSnapshot? snapshot, long asked)
    {
        var heard = new Heard(snapshot ?? _heard?.Snapshot ?? throw new InvalidOperationException("Nothing was heard before."), asked);
        Volatile.Write(ref _heard, heard);
        return heard.Snapshot;
    }

    /// <summary>Whom a certificate stood for when this node last heard; null for nobody. Not for admitting anybody.</summary>
    public Caller? LastKnown(ClientCertificate certificate) => Volatile.Read(ref _heard)?.Snapshot.Judge(certificate, time.GetUtcNow()).Caller;

    /// <summary>Whom a certificate stands for.</summary>
    /// <exception cref="Kernel.Faults.FaultException">Too long silent: <c>ACCESS_UNKNOWN</c>.</exception>
    public Admission Judge(ClientCertificate certificate) => Current.Judge(certificate, time.GetUtcNow());

    /// <inheritdoc/>
    public Grant? Find(string consumer, string resource, IReadOnlyCollection<string> fields, string serviceItem, GrantOperations operation)
    {
        if (!Current.Grants.TryGetValue(new GrantUse(consumer, resource), out var grants))
        {
            return null;
        }

        var today = CivilTime.Today(time);
        foreach (var grant in grants)
        {
            if (grant.Covers(fields, serviceItem, operation, today))
            {
                return grant.Grant;
            }
        }

        return null;
    }

    private AccessSnapshot Current => Volatile.Read(ref _heard) is { } heard && time.GetElapsedTime(heard.Asked) <= SilenceLimit ? heard.Snapshot : throw AccessFaults.AccessUnknown();

    private sealed record Heard(AccessSnapshot Snapshot, long Asked);
}
