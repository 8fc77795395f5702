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

    /// <summary>The event's data as UTF-8.</summary>
    /// <exception cref="FaultException"><c>EVENT_TOO_LARGE</c>, <c>EVENT_TEXT</c>.</exception>
    public static byte[] Write(NewEvent newEvent)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(newEvent.Data, newEvent.Data.GetType(), Options);
        if (json.Length > MaxBytes)
        {
            throw new FaultException(FaultKind.Malformed, "EVENT_TOO_LARGE", $"An event of stream {newEvent.StreamId} has more than {MaxBytes} bytes of JSON.");
        }

        // The serializer writes half a surrogate pair as an escaped replacement character; a real one it leaves as it is.
        return HasEscape(json, "\\u0000"u8) || HasEscape(json, "\\uFFFD"u8)
            ? throw new FaultException(FaultKind.Malformed, "EVENT_TEXT", $"An event of stream {newEvent.StreamId} holds a NUL or half a character, which cannot be stored.")
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

    // An escape has an odd number of backslashes before its letter; \\u0000 is a backslash and five letters.
    private static bool HasEscape(ReadOnlySpan<byte> json, ReadOnlySpan<byte> escape)
    {
        var searched = 0;
        for (var at = json.IndexOf(escape); at >= 0; at = json[searched..].IndexOf(escape))
        {
            var backslash = searched + at;
            var first = json[..backslash].LastIndexOfAnyExcept((byte)'\\') + 1;
            if ((backslash - first) % 2 == 0)
            {
                return true;
            }

            searched = backslash + 1;
        }

        return false;
    }
}
