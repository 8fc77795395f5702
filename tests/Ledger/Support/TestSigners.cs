using System.Security.Cryptography;
using DataHub.Crypto.Sm2;
using DataHub.Crypto.Signing;

namespace DataHub.Ledger.Tests.Support;

/// <summary>Keys made for a run, with their public halves.</summary>
internal sealed class TestSigners : IDisposable
{
    private readonly Sm2PrivateKey _heads = Sm2PrivateKey.Generate();
    private readonly ECDsa _receipts = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public TestSigners() => Signers = new LedgerSigners(
        new Signer("SM2-with-SM3", message => Sm2.Sign(_heads, message)),
        new Signer("ES256", message =>
        {
            lock (_receipts)
            {
                return _receipts.SignData(message, HashAlgorithmName.SHA256);
            }
        }));

    public LedgerSigners Signers { get; }

    public Sm2PublicKey HeadKey => _heads.PublicKey;

    public bool IsReceiptSignature(byte[] message, ReadOnlyMemory<byte> signature) => _receipts.VerifyData(message, signature.Span, HashAlgorithmName.SHA256);

    public void Dispose() => _receipts.Dispose();

    private delegate byte[] SignFunction(ReadOnlySpan<byte> message);

    private sealed class Signer(string algorithm, SignFunction sign) : ISigner
    {
        public string Algorithm => algorithm;

        public IReadOnlyList<ReadOnlyMemory<byte>> CertificateChain => [];

        public byte[] Sign(ReadOnlySpan<byte> message) => sign(message);
    }
}
