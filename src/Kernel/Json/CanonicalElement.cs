using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace DataHub.Kernel.Json;

/// <summary>
/// Writes parsed JSON. Made for one call a record: strings and keys without escapes are copied as bytes, so an ordinary record costs no
/// string.
/// </summary>
internal static class CanonicalElement
{
    private static readonly Comparison<Member> ByKey = static (a, b) => CompareKeys(a, b);

    public static void Write(IBufferWriter<byte> output, JsonElement value, int depth)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object: WriteObject(output, value, depth + 1); break;
            case JsonValueKind.Array: WriteArray(output, value, depth + 1); break;
            case JsonValueKind.String: WriteText(output, JsonMarshal.GetRawUtf8Value(value)[1..^1], value, static e => e.GetString()!); break;
            case JsonValueKind.Number: CanonicalText.WriteInteger(output, value.TryGetInt64(out var number) ? number : throw JsonFaults.Number()); break;
            case JsonValueKind.True: output.Write("true"u8); break;
            case JsonValueKind.False: output.Write("false"u8); break;
            case JsonValueKind.Null: output.Write("null"u8); break;
            default: throw new ArgumentException("The element holds no JSON value.", nameof(value));
        }
    }

    private static void WriteArray(IBufferWriter<byte> output, JsonElement array, int depth)
    {
        JsonFaults.RefuseDeeper(depth);
        output.Write("["u8);
        var first = true;
        foreach (var item in array.EnumerateArray())
        {
            output.Write(first ? ""u8 : ","u8);
            Write(output, item, depth);
            first = false;
        }

        output.Write("]"u8);
    }

    private static void WriteObject(IBufferWriter<byte> output, JsonElement value, int depth)
    {
        JsonFaults.RefuseDeeper(depth);
        var rented = ArrayPool<Member>.Shared.Rent(Math.Max(1, value.GetPropertyCount()));
        try
        {
            var count = 0;
            foreach (var property in value.EnumerateObject())
            {
                rented[count++] = new Member(property, IsPlain(property) ? null : Read(property, static p => p.Name));
            }

            var members = rented.AsSpan(0, count);
            members.Sort(ByKey);
            WriteMembers(output, members, depth);
        }
        finally
        {
            ArrayPool<Member>.Shared.Return(rented, clearArray: true);
        }
    }

    private static void WriteMembers(IBufferWriter<byte> output, ReadOnlySpan<Member> members, int depth)
    {
        output.Write("{"u8);
        for (var i = 0; i < members.Length; i++)
        {
            if (i > 0 && CompareKeys(members[i - 1], members[i]) == 0)
            {
                throw JsonFaults.DuplicateKey();
            }

            var property = members[i].Property;
            output.Write(i > 0 ? ","u8 : ""u8);
            WriteText(output, JsonMarshal.GetRawUtf8PropertyName(property), property, static p => p.Name);
            output.Write(":"u8);
            Write(output, property.Value, depth);
        }

        output.Write("}"u8);
    }

    private static void WriteText<T>(IBufferWriter<byte> output, ReadOnlySpan<byte> raw, T source, Func<T, string> read)
    {
        if (raw.Contains((byte)'\\'))
        {
            CanonicalText.WriteString(output, Read(source, read));
        }
        else
        {
            CanonicalText.WritePlain(output, raw);
        }
    }

    /// <summary>UTF-8 bytes sort as UTF-16 code units do as long as they are ASCII; other keys are compared as strings.</summary>
    private static int CompareKeys(in Member a, in Member b) => a.Key is null && b.Key is null
        ? JsonMarshal.GetRawUtf8PropertyName(a.Property).SequenceCompareTo(JsonMarshal.GetRawUtf8PropertyName(b.Property))
        : string.CompareOrdinal(a.Key ?? a.Property.Name, b.Key ?? b.Property.Name);

    private static bool IsPlain(JsonProperty property)
    {
        var raw = JsonMarshal.GetRawUtf8PropertyName(property);
        return Ascii.IsValid(raw) && !raw.Contains((byte)'\\');
    }

    /// <summary>The parser reads lone surrogates and bad UTF-8 without complaint and refuses only to make a string of them.</summary>
    private static string Read<T>(T source, Func<T, string> read)
    {
        try
        {
            return read(source);
        }
        catch (InvalidOperationException)
        {
            throw JsonFaults.Text();
        }
    }

    /// <param name="Property">Key and value.</param>
    /// <param name="Key">The key as a string, read and checked before sorting; null for plain ASCII, which needs none.</param>
    private readonly record struct Member(JsonProperty Property, string? Key);
}
