namespace DataHub.EventStore.Streams;

/// <summary>An idempotency key and what its request is recognised by.</summary>
internal sealed record AppendKey(string Key, byte[] Digest);
