using System.Text.Json.Serialization;

namespace DataHub.Crypto.Sealing;

/// <summary>
/// A sealed value as it stands in an event: <c>{"K": 17, "C": "base64"}</c>. Other readers of the event store see it as such and
/// can work with the fields beside it that are in the clear.
/// </summary>
/// <param name="K">Number of the key (<see cref="DataKey.Number"/>).</param>
/// <param name="C">Nonce (12 bytes), ciphertext and tag (16 bytes), AES-256-GCM; base64 in JSON.</param>
public sealed record SealedValue(
    [property: JsonPropertyName("K")] long K,
    [property: JsonPropertyName("C")] byte[] C);
