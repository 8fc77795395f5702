using DataHub.V1;

namespace DataHub.FrontEnd.Pushing;

/// <summary>A batch that is complete at the hub.</summary>
/// <param name="Receipt">The hub's receipt, the same for every repetition of the push.</param>
/// <param name="Rejected">Rows that were turned away, in the order of the file.</param>
public sealed record PushOutcome(BatchReceipt Receipt, IReadOnlyList<RejectedLine> Rejected);

/// <summary>A row the hub turned away; everything else in the batch was taken.</summary>
/// <param name="Line">Line of the file the row begins in, from 1; the header is line 1.</param>
/// <param name="SourceRecordId">The source's own id of the row; empty when the file has none.</param>
/// <param name="Reasons">Why, without any value of the row.</param>
public sealed record RejectedLine(long Line, string SourceRecordId, IReadOnlyList<Reason> Reasons);
