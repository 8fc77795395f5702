using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DataHub.Kernel.Json;

/// <summary>Writes JSON built in memory. Not by way of the serializer, which would replace lone surrogates instead of refusing them.</summary>
internal static class CanonicalNode
{
    public static void Write(IBufferWriter<byte> output, JsonNode? node, int depth)
    {
        switch (node)
        {
            case null: output.Write("null"u8); break;
            case JsonObject members: WriteObject(output, members, depth + 1); break;
            case JsonArray items: WriteArray(output, items, depth + 1); break;
            default: WriteValue(output, node.AsValue(), depth); break;
        }
    }

    private static void WriteObject(IBufferWriter<byte> output, JsonObject members, int depth)
    {
        JsonFaults.RefuseDeeper(depth);
        output.Write("{"u8);
        var first = true;
        foreach (var (key, value) in Sorted(members))
        {
            output.Write(first ? ""u8 : ","u8);
            CanonicalText.WriteString(output, key);
            output.Write(":"u8);
            Write(output, value, depth);
            first = false;
        }

        output.Write("}"u8);
    }

    private static void WriteArray(IBufferWriter<byte> output, JsonArray items, int depth)
    {
        JsonFaults.RefuseDeeper(depth);
        output.Write("["u8);
        for (var i = 0; i < items.Count; i++)
        {
            output.Write(i > 0 ? ","u8 : ""u8);
            Write(output, items[i], depth);
        }

        output.Write("]"u8);
    }

    private static void WriteValue(IBufferWriter<byte> output, JsonValue value, int depth)
    {
        if (value.TryGetValue<JsonElement>(out var element))
        {
            CanonicalElement.Write(output, element, depth);
        }
        else if (value.TryGetValue<string>(out var text))
        {
            CanonicalText.WriteString(output, text);
        }
        else if (value.GetValueKind() == JsonValueKind.Number)
        {
            CanonicalText.WriteInteger(output, Integer(value));
        }
        else
        {
            CanonicalElement.Write(output, JsonSerializer.SerializeToElement(value), depth);
        }
    }

    private static long Integer(JsonValue value) =>
        long.TryParse(value.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : throw JsonFaults.Number();

    /// <summary>A node over parsed text finds a repeated key only now, when its members are first read.</summary>
    private static KeyValuePair<string, JsonNode?>[] Sorted(JsonObject members)
    {
        try
        {
            return [.. members.OrderBy(member => member.Key, StringComparer.Ordinal)];
        }
        catch (ArgumentException)
        {
            throw JsonFaults.DuplicateKey();
        }
        catch (InvalidOperationException)
        {
            throw JsonFaults.Text();
        }
    }
}
