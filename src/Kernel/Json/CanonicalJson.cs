using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using DataHub.Kernel.Faults;

namespace DataHub.Kernel.Json;

/// <summary>
/// Canonical JSON, RFC 8785, as the hub hashes and signs it: keys sorted by UTF-16 code units, the fewest escapes, no white space. Stricter
/// than the RFC in numbers: only integers within ±(2^53-1), because every decimal of the hub is a string.
/// </summary>
public static class CanonicalJson
{
    /// <summary>Deepest nesting of objects and arrays; a bare value has depth 0.</summary>
    public const int MaxDepth = 32;

    /// <summary>The canonical form in UTF-8.</summary>
    /// <param name="value">Any JSON value.</param>
    /// <exception cref="FaultException">
    /// <c>JSON_NUMBER</c>, <c>JSON_DUPLICATE_KEY</c>, <c>JSON_TOO_DEEP</c> or <c>JSON_TEXT</c> (a lone surrogate or bad UTF-8).
    /// </exception>
    public static byte[] Serialize(JsonElement value)
    {
        var output = new ArrayBufferWriter<byte>(512);
        Write(output, value);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>The canonical form in UTF-8.</summary>
    /// <param name="value">Any JSON value; null is the JSON null.</param>
    /// <exception cref="FaultException">As for <see cref="Serialize(JsonElement)"/>.</exception>
    public static byte[] Serialize(JsonNode? value)
    {
        var output = new ArrayBufferWriter<byte>(512);
        CanonicalNode.Write(output, value, depth: 0);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Writes the canonical form without an array of its own. What was written before a fault is to be thrown away.</summary>
    /// <param name="output">Where the UTF-8 goes.</param>
    /// <param name="value">Any JSON value.</param>
    /// <exception cref="FaultException">As for <see cref="Serialize(JsonElement)"/>.</exception>
    public static void Write(IBufferWriter<byte> output, JsonElement value)
    {
        ArgumentNullException.ThrowIfNull(output);
        CanonicalElement.Write(output, value, depth: 0);
    }
}
