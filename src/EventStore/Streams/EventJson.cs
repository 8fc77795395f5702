using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using DataHub.Kernel.Faults;

namespace DataHub.EventStore.Streams;

/// <summary>Events as JSON: System.Text.Json's defaults (names as declared, enums as integers), since that is what Marten reads.</summary>
internal static class EventJson
{
    public const int MaxBytes = 1 << 20;

    // Escaping Chinese would double what travels; jsonb stores the same either way.
    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(NewEvent newEvent)
    {
        var json = JsonSerializer.Serialize(newEvent.Data, newEvent.Data.GetType(), Options);
        if (json.Length > MaxBytes || Encoding.UTF8.GetByteCount(json) > MaxBytes)
        {
            throw new FaultException(FaultKind.Malformed, "EVENT_TOO_LARGE", $"An event of stream {newEvent.StreamId} has more than {MaxBytes} bytes of JSON.");
        }

        return HasNul(json)
            ? throw new FaultException(FaultKind.Malformed, "EVENT_TEXT", $"An event of stream {newEvent.StreamId} holds a NUL character, which cannot be stored.")
            : json;
    }

    public static object Read(string json, Type? type)
    {
        if (type is null)
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.Clone();
        }

        return JsonSerializer.Deserialize(json, type, Options) ?? throw new InvalidDataException($"Stored {type.Name} is null.");
    }

    // In JSON a NUL can only stand as \u0000 with an odd number of backslashes; \\u0000 is a backslash and five letters.
    private static bool HasNul(string json)
    {
        for (var at = json.IndexOf("\\u0000", StringComparison.Ordinal); at >= 0; at = json.IndexOf("\\u0000", at + 1, StringComparison.Ordinal))
        {
            var first = at;
            while (first > 0 && json[first - 1] == '\\')
            {
                first--;
            }

            if ((at - first) % 2 == 0)
            {
                return true;
            }
        }

        return false;
    }
}
