using System.Security.Cryptography.X509Certificates;
using DataHub.Crypto.Signing;
using DataHub.Ledger.Entries;
using DataHub.Ledger.Proofs;
using DataHub.Ledger.Tree;

namespace DataHub.Ledger.Receipts;

/// <summary>What a receipt is worth. Names are written into reports: never renamed.</summary>
public enum ReceiptOutcome
{
    /// <summary>The hub recorded this request and this answer, and said so.</summary>
    Valid,

    /// <summary>The bytes are no receipt.</summary>
    Form,

    /// <summary>No root given vouches for the signer as one of receipts at the time of the leaf.</summary>
    Chain,

    /// <summary>The signature is not the signer's over this leaf.</summary>
    Signature,

    /// <summary>The entry does not stand in the leaf at its place.</summary>
    Path,

    /// <summary>The entry is not about this request and this answer.</summary>
    Commitment,
}

/// <summary>What <see cref="ReceiptVerifier"/> found.</summary>
/// <param name="Outcome">The reason, or <see cref="ReceiptOutcome.Valid"/>.</param>
/// <param name="Entry">What the hub recorded; null unless valid.</param>
/// <param name="Leaf">The leaf it stands in, with its number and time; null unless valid.</param>
public sealed record ReceiptVerdict(ReceiptOutcome Outcome, LedgerEntry? Entry, Leaf? Leaf)
{
    /// <summary>Whether the receipt proves what it should.</summary>
    public bool IsValid => Outcome is ReceiptOutcome.Valid;
}

/// <summary>Verifies receipts offline, with nothing but the root certificates. That the leaf also stands in the tree is another proof (<see cref="InclusionProof"/>), to be had a second later.</summary>
public static class ReceiptVerifier
{
    /// <summary>Verifies a receipt; bad input is an outcome, never an exception.</summary>
    /// <param name="receipt">The receipt (<see cref="Receipt.ToBytes"/>).</param>
    /// <param name="request">The request as sent, deterministic protobuf.</param>
    /// <param name="answer">The answer as received but for the receipt in it, deterministic protobuf.</param>
    /// <param name="roots">Roots of the hub's P-256 authority, from somewhere else than the receipt.</param>
    public static ReceiptVerdict Verify(ReadOnlyMemory<byte> receipt, ReadOnlySpan<byte> request, ReadOnlySpan<byte> answer, X509Certificate2Collection roots)
    {
        ArgumentNullException.ThrowIfNull(roots);
        try
        {
            var read = Receipt.Read(receipt);
            var (leaf, entry) = (Leaf.Read(read.Leaf.Span), EntryBytes.Read(read.Entry.Span));
            var outcome = Judge(read, leaf, entry, request, answer, roots);
            return outcome is ReceiptOutcome.Valid ? new ReceiptVerdict(outcome, entry, leaf) : new ReceiptVerdict(outcome, null, null);
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentOutOfRangeException)
        {
            // The second comes from times that no calendar has.
            return new ReceiptVerdict(ReceiptOutcome.Form, null, null);
        }
    }

    private static ReceiptOutcome Judge(Receipt receipt, Leaf leaf, LedgerEntry entry, ReadOnlySpan<byte> request, ReadOnlySpan<byte> answer, X509Certificate2Collection roots)
    {
        if (leaf.Kind is not LeafKind.Acts || leaf.Count < 1 || !EntryBytes.Of(entry).AsSpan().SequenceEqual(receipt.Entry.Span))
        {
            return ReceiptOutcome.Form;
        }

        if (SignerTrust.PublicKeyOf(receipt.Certificates, roots, leaf.At, SignerPurpose.Receipts) is not { } key)
        {
            return ReceiptOutcome.Chain;
        }

        if (!P256.Verify(key, receipt.Leaf.Span, receipt.Signature.Span))
        {
            return ReceiptOutcome.Signature;
        }

        if (!InclusionProof.Verify(Merkle.HashLeaf(receipt.Entry.Span), receipt.Ordinal, leaf.Count, receipt.Path, leaf.Root.Span))
        {
            return ReceiptOutcome.Path;
        }

        return entry.Commitment.AsSpan().SequenceEqual(Commitment.Of(receipt.Salt.Span, request, answer)) ? ReceiptOutcome.Valid : ReceiptOutcome.Commitment;
    }
}
