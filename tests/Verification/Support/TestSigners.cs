using System.Security.Cryptography;
using DataHub.Crypto.Signing;
using DataHub.Crypto.Sm2;
using DataHub.Ledger;

namespace DataHub.Verification.Tests.Support;

/// <summary>Keys of the ledger, made for a run.</summary>
internal static class TestSigners
{
    private static readonly Sm2PrivateKey Heads = Sm2PrivateKey.Generate();
    private static readonly ECDsa Receipts = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private static readonly Lock Turn = new();

    public static LedgerSigners Signers { get; } = new(
        new Signer("SM2-with-SM3", message => Sm2.Sign(Heads, message)),
        new Signer("ES256", message =>
        {
            lock (Turn)
            {
                return Receipts.SignData(message, HashAlgorithmName.SHA256);
            }
        }));

    private delegate byte[] SignFunction(ReadOnlySpan<byte> message);

    private sealed class Signer(string algorithm, SignFunction sign) : ISigner
    {
        public string Algorithm => algorithm;

        public IReadOnlyList<ReadOnlyMemory<byte>> CertificateChain => [];

        public byte[] Sign(ReadOnlySpan<byte> message) => sign(message);
    }
}
