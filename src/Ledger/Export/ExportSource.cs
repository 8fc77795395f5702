using DataHub.Ledger.Heads;

namespace DataHub.Ledger.Export;

/// <summary>What an export is made of, read from one snapshot of the database.</summary>
/// <param name="Leaves">The leaves under the last head, by index from 0. The tables may be damaged: every row there is comes as it is.</param>
/// <param name="Pending">Leaves that no head covers yet, sequenced or not, by leaf id; their <see cref="ExportedLeaf.Index"/> is null.</param>
/// <param name="Heads">All heads, oldest first.</param>
/// <param name="Events">All events of the snapshot by sequence, those of <c>ext/</c> included; null = events are left out, then they are not audited.</param>
public sealed record ExportSource(
    IAsyncEnumerable<ExportedLeaf> Leaves, IAsyncEnumerable<ExportedLeaf> Pending, IAsyncEnumerable<SignedHead> Heads, IAsyncEnumerable<ExportedEvent>? Events);
