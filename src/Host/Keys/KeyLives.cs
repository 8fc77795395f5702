using DataHub.Crypto.Certificates;

namespace DataHub.Host.Keys;

/// <summary>How long the hub's certificates live, and when one is worn.</summary>
internal static class KeyLives
{
    public static readonly TimeSpan Root = TimeSpan.FromDays(3650);
    public static readonly TimeSpan Issuing = TimeSpan.FromDays(1825);
    public static readonly TimeSpan Issuer = TimeSpan.FromDays(1095);
    public static readonly TimeSpan Signer = TimeSpan.FromDays(730);
    public static readonly TimeSpan Server = TimeSpan.FromDays(90);

    /// <summary>Certificates of accounts: short, because they renew themselves.</summary>
    public static readonly TimeSpan Account = TimeSpan.FromDays(7);

    /// <summary>A window from now, cut where the authority ends: what is left of its life is better than nothing.</summary>
    public static CertificateValidity Window(TimeProvider time, TimeSpan life, DateTimeOffset authorityEnd)
    {
        var whole = CertificateValidity.StartingNow(time, life);
        return whole.To <= authorityEnd ? whole : new CertificateValidity(whole.From, authorityEnd);
    }

    /// <summary>Less than a third of its life is left.</summary>
    public static bool IsWorn(CertificateValidity validity, DateTimeOffset now) => validity.To - now < (validity.To - validity.From) / 3;
}
