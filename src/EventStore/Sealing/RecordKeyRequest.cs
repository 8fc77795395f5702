namespace DataHub.EventStore.Sealing;

/// <summary>A record key wanted: for the common part of a joint record, a quarantined batch, a receipt.</summary>
/// <param name="Holders">Pseudonyms of the natural persons each of whose keys opens it; empty only with <paramref name="UnderKeyEncryptionKey"/>.</param>
/// <param name="UnderKeyEncryptionKey">Whether the hub can open it without any of them, as where a legal entity takes part.</param>
public sealed record RecordKeyRequest(IReadOnlyList<string> Holders, bool UnderKeyEncryptionKey);
