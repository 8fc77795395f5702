namespace DataHub.EventStore.Sealing;

/// <summary>A subject's key that was destroyed.</summary>
/// <param name="SubjectId">Pseudonym of the subject.</param>
/// <param name="KeyNumber">Number of the key; a key the subject got later has another.</param>
public sealed record ErasedKey(string SubjectId, long KeyNumber);
