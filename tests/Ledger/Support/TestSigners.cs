using System.Security.Cryptography;
using DataHub.Crypto.Signing;
using DataHub.Crypto.Sm2;

namespace DataHub.Ledger.Tests.Support;

/// <summary>The hub's signer of heads, and a key for receipts made for a run.</summary>
internal sealed class TestSigners : IDisposable
{
    private readonly ECDsa _receipts = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public TestSigners() => Signers = new LedgerSigners(Support.Signers.Hub, new Receipts(_receipts));

    public LedgerSigners Signers { get; }

    public static Sm2PublicKey HeadKey => ((Sm2FileSigner)Support.Signers.Hub).Certificate.PublicKey;

    public bool IsReceiptSignature(byte[] message, ReadOnlyMemory<byte> signature) => _receipts.VerifyData(message, signature.Span, HashAlgorithmName.SHA256);

    public void Dispose() => _receipts.Dispose();

    private sealed class Receipts(ECDsa key) : ISigner
    {
        public string Algorithm => "ES256";

        public IReadOnlyList<ReadOnlyMemory<byte>> CertificateChain => [];

        public byte[] Sign(ReadOnlySpan<byte> message)
        {
            lock (key)
            {
                return key.SignData(message, HashAlgorithmName.SHA256);
            }
        }
    }
}
