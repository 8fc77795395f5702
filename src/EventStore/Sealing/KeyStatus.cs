namespace DataHub.EventStore.Sealing;

/// <summary>How key-encryption keys stand.</summary>
/// <param name="Keys">Those the database knows, in order of their numbers.</param>
/// <param name="Newest">Highest number; what <see cref="KeyNode.HasNewest"/> speaks of. 0 where no node has checked its files yet.</param>
/// <param name="Nodes">Nodes heard of in the last 30 seconds.</param>
public sealed record KeyStatus(IReadOnlyList<KeyGeneration> Keys, int Newest, IReadOnlyList<KeyNode> Nodes);

/// <summary>A key-encryption key.</summary>
/// <param name="Number">Its number, that of its file <c>kek-N.key</c>.</param>
/// <param name="IsActive">Whether new keys are wrapped under it.</param>
/// <param name="IsRetired">Whether no node needs it any more.</param>
/// <param name="Subjects">Subject keys it wraps.</param>
/// <param name="Records">Record keys it wraps.</param>
public sealed record KeyGeneration(int Number, bool IsActive, bool IsRetired, long Subjects, long Records);

/// <summary>A node that is alive.</summary>
/// <param name="Node">The node, <c>host/process/tag</c>.</param>
/// <param name="HasNewest">Whether it has the newest key-encryption key, and the same as the others.</param>
public sealed record KeyNode(string Node, bool HasNewest);
