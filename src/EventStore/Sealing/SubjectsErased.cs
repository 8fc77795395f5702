namespace DataHub.EventStore.Sealing;

/// <summary>Persons were erased: the keys of all their linked pseudonyms were destroyed. Stored for ever: fields are added, never renamed.</summary>
/// <param name="Erasure">Id of the erasure.</param>
/// <param name="At">When.</param>
/// <param name="Basis">The article or case it rests on; no personal data.</param>
/// <param name="Keys">The keys destroyed.</param>
public sealed record SubjectsErased(Guid Erasure, DateTimeOffset At, string Basis, IReadOnlyList<ErasedKey> Keys);
