using DataHub.Kernel.Faults;

namespace DataHub.Crypto.Certificates;

/// <summary>When a certificate holds, both ends inclusive, whole seconds UTC.</summary>
public readonly record struct CertificateValidity
{
    /// <summary>A window.</summary>
    /// <param name="from">First instant; fractions of a second are cut off.</param>
    /// <param name="to">Last instant; fractions of a second are cut off.</param>
    /// <exception cref="FaultException">It ends before it begins: <c>VALIDITY_ORDER</c>.</exception>
    public CertificateValidity(DateTimeOffset from, DateTimeOffset to)
    {
        From = WholeSeconds(from);
        To = WholeSeconds(to);
        if (To <= From)
        {
            throw CryptoFaults.Validity();
        }
    }

    /// <summary>First instant of validity.</summary>
    public DateTimeOffset From { get; }

    /// <summary>Last instant of validity.</summary>
    public DateTimeOffset To { get; }

    /// <summary>A window that begins five minutes ago, so that a clock a little behind accepts the certificate at once.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="length">From now to the end.</param>
    public static CertificateValidity StartingNow(TimeProvider time, TimeSpan length)
    {
        ArgumentNullException.ThrowIfNull(time);
        var now = time.GetUtcNow();
        return new CertificateValidity(now - TimeSpan.FromMinutes(5), now + length);
    }

    /// <summary>Whether the window holds an instant.</summary>
    /// <param name="instant">The instant.</param>
    public bool Contains(DateTimeOffset instant) => From <= instant && instant <= To;

    private static DateTimeOffset WholeSeconds(DateTimeOffset instant) =>
        DateTimeOffset.FromUnixTimeSeconds(instant.ToUnixTimeSeconds());
}
