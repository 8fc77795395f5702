using System.Security.Cryptography.X509Certificates;
using DataHub.Crypto.Certificates;
using DataHub.Crypto.Signing;
using DataHub.Crypto.Sm2;
using DataHub.Ledger;

namespace DataHub.Verification.Tests.Support;

/// <summary>Keys of the ledger with real certificates, made once for the run.</summary>
internal static class TestSigners
{
    private static readonly CertificateValidity Validity = new(new DateTimeOffset(2026, 2, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2027, 2, 1, 0, 0, 0, TimeSpan.Zero));

    static TestSigners()
    {
        var folder = Directory.CreateTempSubdirectory("datahub-signers-");
        try
        {
            using var authority = TlsAuthority.Create(Path.Combine(folder.FullName, "tls"), "Root", Validity);
            var receipts = authority.IssueSigner(
                Path.Combine(folder.FullName, "receipts.pem"), new LicenceIssuerName("DataHub receipts", "11330382MB9902916X"), SignerPurpose.Receipts, Validity, "pass");
            Signers = new LedgerSigners(new HeadSigner(), receipts);
            Roots = [.. authority.Roots.Select(root => X509CertificateLoader.LoadCertificate(root.RawData))];
        }
        finally
        {
            folder.Delete(recursive: true); // Everything needed is in memory.
        }
    }

    public static LedgerSigners Signers { get; }

    public static X509Certificate2Collection Roots { get; }

    private sealed class HeadSigner : ISigner
    {
        private readonly Sm2PrivateKey _key = Sm2PrivateKey.Generate();

        public string Algorithm => SignatureAlgorithms.Sm2WithSm3;

        public IReadOnlyList<ReadOnlyMemory<byte>> CertificateChain => [];

        public byte[] Sign(ReadOnlySpan<byte> message) => Sm2.Sign(_key, message);
    }
}
