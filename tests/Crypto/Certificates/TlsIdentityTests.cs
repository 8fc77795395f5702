using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DataHub.Crypto.Certificates;

namespace DataHub.Crypto.Tests.Certificates;

public sealed class TlsIdentityTests
{
    private const string Organisation = "11330100002489559R";

    [Theory]
    [InlineData("")]
    [InlineData("-a")]
    [InlineData("Fep")]
    [InlineData("a b")]
    [InlineData("a\n")]
    [InlineData("a,O=x")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void New_BadSystemId_IsRefused(string systemId) =>
        Refused.With("SYSTEM_ID_INVALID", () => _ = new TlsIdentity(systemId, Organisation, "provider"));

    [Theory]
    [InlineData("")]
    [InlineData("11330100002489559")]
    [InlineData("11330100002489559RR")]
    [InlineData("11330100002489559I")]
    [InlineData("11330100002489559R\n")]
    public void New_BadOrganisation_IsRefused(string organisation) =>
        Refused.With("ORGANISATION_INVALID", () => _ = new TlsIdentity("a", organisation, "provider"));

    [Theory]
    [InlineData("Provider")]
    [InlineData("provider", "provider")]
    [InlineData("provider", "")]
    public void New_BadRoles_IsRefused(params string[] roles) =>
        Refused.With("ROLES_INVALID", () => _ = new TlsIdentity("a", Organisation, roles));

    [Theory]
    [InlineData("CN=a, O=11330100002489559R, OU=provider", true)]
    [InlineData("OU=consumer, CN=a, OU=provider, O=11330100002489559R", true)]
    [InlineData("CN=a, O=11330100002489559R", true)]
    [InlineData("O=11330100002489559R, OU=provider", false)]
    [InlineData("CN=a, CN=b, O=11330100002489559R, OU=provider", false)]
    [InlineData("CN=a, O=11330100002489559R, O=11330100002489559R, OU=provider", false)]
    [InlineData("CN=a, O=11330100002489559R, OU=provider, L=somewhere", false)]
    [InlineData("CN=\"a, OU=auditor\", O=11330100002489559R, OU=provider", false)]
    [InlineData("CN=a + OU=auditor, O=11330100002489559R, OU=provider", false)]
    public void Read_Subjects_OnlyTheExactShape(string subject, bool readable)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var from = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using var certificate = new CertificateRequest(subject, key, HashAlgorithmName.SHA256).CreateSelfSigned(from, from.AddDays(1));

        var identity = TlsIdentity.Read(certificate);

        Assert.Equal(readable, identity is not null);
        Assert.True(identity is null || (identity.SystemId == "a" && identity.Organisation == "11330100002489559R"));
    }
}
