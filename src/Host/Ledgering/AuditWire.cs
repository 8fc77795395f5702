using DataHub.Kernel.Faults;
using DataHub.Ledger.Entries;
using DataHub.Ledger.Heads;
using DataHub.Ledger.Search;
using DataHub.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace DataHub.Host.Ledgering;

/// <summary>Entries, heads and proofs as messages.</summary>
internal static class AuditWire
{
    private const int MaxText = 500;

    public static LedgerHead ToMessage(SignedHead head) => new()
    {
        Text = ByteString.CopyFrom(head.Text.Span),
        Signature = ByteString.CopyFrom(head.Signature.Span),
        Certificates = { head.Certificates.Select(Bytes) },
    };

    public static GetHeadReply ToMessage(HeadProof proof) => new() { Head = ToMessage(proof.Head), Consistency = { proof.Consistency.Select(Bytes) } };

    public static GetInclusionReply ToMessage(EntryProof proof) => new()
    {
        LeafId = proof.LeafId,
        Index = proof.Index,
        LeafHash = Bytes(proof.LeafHash),
        PathInTree = { proof.PathInTree.Select(Bytes) },
        Head = ToMessage(proof.Head),
        InLeaf = proof.InLeaf is not { } inLeaf ? null : new EntryInLeaf
        {
            Leaf = ByteString.CopyFrom(inLeaf.Leaf.ToBytes()),
            Ordinal = inLeaf.Ordinal,
            Hash = Bytes(inLeaf.Hash),
            Path = { inLeaf.Path.Select(Bytes) },
            Entry = inLeaf.Entry is null ? ByteString.Empty : ByteString.CopyFrom(EntryBytes.Of(inLeaf.Entry)),
        },
    };

    public static FoundEntry ToMessage(RecordedEntry found) => new()
    {
        LeafId = found.Place.LeafId,
        Ordinal = found.Place.Ordinal,
        At = Timestamp.FromDateTimeOffset(found.Place.At),
        Kind = (LedgerEntryKind)found.Entry.Kind,
        Account = found.Entry.Account,
        Organisation = found.Entry.Organisation,
        Method = found.Entry.Method,
        Outcome = found.Entry.Outcome,
        Subject = found.Entry.Subject ?? "",
        ServiceItem = found.Entry.ServiceItem ?? "",
        CaseNo = found.Entry.CaseNo ?? "",
        LegalBasis = found.Entry.LegalBasis ?? "",
        RequestId = found.Entry.RequestId ?? "",
        Target = found.Entry.Target ?? "",
    };

    public static TracedUse ToMessage(TracedEntry traced) => new()
    {
        At = Timestamp.FromDateTimeOffset(traced.Found.Place.At),
        Organisation = traced.Organisation,
        Kind = (LedgerEntryKind)traced.Found.Entry.Kind,
        Outcome = traced.Found.Entry.Outcome,
        ServiceItem = traced.Found.Entry.ServiceItem ?? "",
        CaseNo = traced.Found.Entry.CaseNo ?? "",
        LegalBasis = traced.Found.Entry.LegalBasis ?? "",
        Resources = traced.Found.Entry.Target ?? "",
    };

    /// <exception cref="FaultException">A field that cannot be.</exception>
    public static LedgerQuery ToQuery(SearchLedgerRequest request) => new()
    {
        Subject = Text(request.Subject, "subject"),
        Account = Text(request.Account, "account"),
        Organisation = Text(request.Organisation, "organisation"),
        CaseNo = Text(request.CaseNo, "case_no"),
        From = request.From.ToInstant("from"),
        To = request.To.ToInstant("to"),
        Kinds = [.. request.Kinds.Select(KindOf)],
        Method = Text(request.Method, "method"),
        Outcome = Text(request.Outcome, "outcome"),
        After = Paging.Read(request.PageToken),
        MaxRows = Paging.Size(request.PageSize),
    };

    /// <exception cref="FaultException">Not an instant of the calendar.</exception>
    public static DateTimeOffset? ToInstant(this Timestamp? timestamp, string field)
    {
        try
        {
            return timestamp?.ToDateTimeOffset();
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentOutOfRangeException)
        {
            throw Require.Malformed("TIMESTAMP", field, "is not an instant of the calendar");
        }
    }

    private static EntryKind KindOf(LedgerEntryKind kind) =>
        kind is not LedgerEntryKind.Unspecified && System.Enum.IsDefined((EntryKind)kind) ? (EntryKind)kind : throw AuditFaults.Kind();

    private static string? Text(string value, string field) => value.Length == 0 ? null : Require.Text(value, field, MaxText);

    private static ByteString Bytes(ReadOnlyMemory<byte> bytes) => ByteString.CopyFrom(bytes.Span);
}
