namespace DataHub.FrontEnd.Pushing;

/// <summary>
/// How far a push has come, in rows of the file. After a broken stream the numbers begin again, with what the hub says about the chunks
/// it has; <see cref="FileRows"/> stays.
/// </summary>
/// <param name="FileRows">Rows of the file.</param>
/// <param name="Sent">Rows sent or known to be at the hub.</param>
/// <param name="Acknowledged">Rows the hub has taken durably.</param>
/// <param name="Accepted">Of these, rows that changed something.</param>
/// <param name="Unchanged">Rows equal to what the hub holds.</param>
/// <param name="Quarantined">Rows turned away with reasons.</param>
public readonly record struct PushProgress(long FileRows, long Sent, long Acknowledged, long Accepted, long Unchanged, long Quarantined);
