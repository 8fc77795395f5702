using DataHub.Crypto.Certificates;
using DataHub.Crypto.Signing;
using DataHub.Ledger.Heads;

namespace DataHub.Ledger.Tests.Support;

/// <summary>Authorities and signers of heads, made once: the derivation of their keys is meant to cost something.</summary>
internal static class Signers
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    private const string Organisation = "11330100002489559R";

    private static readonly Lazy<LicenceAuthority> Authority = new(() => Create());
    private static readonly Lazy<Sm2FileSigner> OfHub = new(() => Issue(Authority.Value, SignedHead.SignerName));
    private static readonly Lazy<Sm2FileSigner> OfIssuer = new(() => Issue(Authority.Value, "市不动产登记中心"));
    private static readonly Lazy<Sm2FileSigner> OfStranger = new(() => Issue(Create(), SignedHead.SignerName));

    /// <summary>What verifiers pin.</summary>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Roots => [Authority.Value.Root.Der];

    /// <summary>The hub's own.</summary>
    public static ISigner Hub => OfHub.Value;

    /// <summary>A licence issuer under the same root.</summary>
    public static ISigner Issuer => OfIssuer.Value;

    /// <summary>One with the right name under a root of its own.</summary>
    public static ISigner Stranger => OfStranger.Value;

    private static CertificateValidity Validity => new(Start.AddDays(-1), Start.AddYears(1));

    private static LicenceAuthority Create()
    {
        using var folder = new TempFolder();
        return LicenceAuthority.Create(folder.File("root"), new LicenceIssuerName("市数据资源管理局", Organisation), Validity, "root pass");
    }

    private static Sm2FileSigner Issue(LicenceAuthority authority, string name)
    {
        using var folder = new TempFolder();
        return authority.IssueSigner(folder.File("signer.pem"), new LicenceIssuerName(name, Organisation), Validity, "signer pass");
    }
}
