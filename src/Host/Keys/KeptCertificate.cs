using System.Security.Cryptography.X509Certificates;

namespace DataHub.Host.Keys;

/// <summary>A certificate in the data folder, as <c>hub ca status</c> shows it.</summary>
/// <param name="Name">What it is, for example <c>TLS root</c>.</param>
/// <param name="Subject">Whom it names.</param>
/// <param name="Serial">Serial number, lower-case hex.</param>
/// <param name="NotBefore">First instant of its validity.</param>
/// <param name="NotAfter">Last instant of its validity.</param>
/// <param name="IsHistory">Kept only for what it signed; its end is nothing to act on.</param>
public sealed record KeptCertificate(string Name, string Subject, string Serial, DateTimeOffset NotBefore, DateTimeOffset NotAfter, bool IsHistory)
{
    private static readonly TimeSpan LongestWarning = TimeSpan.FromDays(60);

    internal static KeptCertificate Of(string name, X509Certificate2 certificate, bool isHistory = false) => new(
        name, certificate.Subject, certificate.SerialNumber.ToLowerInvariant(), certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime(), isHistory);

    /// <summary>Whether it is time to renew it: less than a third of its life, and less than 60 days, are left.</summary>
    /// <param name="now">Now.</param>
    public bool IsDue(DateTimeOffset now)
    {
        var third = (NotAfter - NotBefore) / 3;
        return !IsHistory && NotAfter - now < (third < LongestWarning ? third : LongestWarning);
    }
}
