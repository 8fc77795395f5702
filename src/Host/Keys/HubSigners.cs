using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DataHub.Crypto.Certificates;
using DataHub.Crypto.Signing;

namespace DataHub.Host.Keys;

/// <summary>
/// The hub's own signers. Missing ones are made, those with less than a third of their life left are replaced. The certificate of a replaced one is kept as <c>receipts-{serial}.crt</c> or
/// <c>ledger-{serial}.crt</c>, its key is not: what it signed stays provable, nothing more is signed with it.
/// </summary>
internal sealed class HubSigners(HubFolder folder, TimeProvider time, string passphrase)
{
    private const string Organisation = "11330382MB9902916X";

    /// <param name="authority">Certifies a new one.</param>
    /// <param name="opened">The one that is open, where its file did not change.</param>
    public P256FileSigner Receipts(TlsAuthority authority, P256FileSigner? opened)
    {
        var file = Path.Combine(folder.Tls, "receipts.pem");
        var signer = opened ?? (File.Exists(file) ? P256FileSigner.Open(file, passphrase) : null);
        if (signer is not null && !KeyLives.IsWorn(signer.Validity, time.GetUtcNow()))
        {
            return signer;
        }

        KeepCertificate(signer, file);
        return authority.IssueSigner(file, new LicenceIssuerName("DataHub receipts", Organisation), SignerPurpose.Receipts, KeyLives.Window(time, KeyLives.Signer, authority.NotAfter), passphrase);
    }

    /// <inheritdoc cref="Receipts"/>
    public Sm2FileSigner Ledger(LicenceAuthority authority, Sm2FileSigner? opened)
    {
        var file = Path.Combine(folder.Licences, "ledger.pem");
        var signer = opened ?? (File.Exists(file) ? Sm2FileSigner.Open(file, passphrase) : null);
        if (signer is not null && !KeyLives.IsWorn(signer.Certificate.Validity, time.GetUtcNow()))
        {
            return signer;
        }

        KeepCertificate(signer, file);
        return authority.IssueSigner(file, new LicenceIssuerName("DataHub ledger", Organisation), KeyLives.Window(time, KeyLives.Signer, authority.Issuer.Validity.To), passphrase);
    }

    private static void KeepCertificate(ISigner? signer, string file)
    {
        if (signer is null)
        {
            return;
        }

        using var certificate = X509CertificateLoader.LoadCertificate(signer.CertificateChain[0].Span);
        var kept = $"{Path.ChangeExtension(file, null)}-{certificate.SerialNumber.ToLowerInvariant()}.crt";
        HubFolder.Replace(kept, string.Join('\n', signer.CertificateChain.Select(der => PemEncoding.WriteString("CERTIFICATE", der.Span))) + "\n");
    }
}
