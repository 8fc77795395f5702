using System.Text.Json;
using System.Text.Json.Nodes;
using DataHub.Kernel.Json;

namespace DataHub.Licences.Documents;

/// <summary>What a licence says, before it is signed. In memory and in the holder's hands only.</summary>
internal sealed record LicenceContent
{
    public required string TypeName { get; init; }

    public required string TypeCode { get; init; }

    public required string LicenceId { get; init; }

    public required string LicenceNo { get; init; }

    public required string IssuerName { get; init; }

    public required string IssuerCode { get; init; }

    public required DateOnly IssuedOn { get; init; }

    public required string HolderName { get; init; }

    public required string HolderCode { get; init; }

    public required string HolderCodeType { get; init; }

    public required string HolderCodeTypeName { get; init; }

    public required DateOnly? ValidFrom { get; init; }

    public required DateOnly? ValidTo { get; init; }

    public required IReadOnlyDictionary<string, string> Fields { get; init; }
}

/// <summary>The document of a licence: canonical JSON (RFC 8785) of the metadata of GB/T 36903 and the type's own fields.</summary>
internal static class LicencePaper
{
    /// <summary>Largest document that is looked at, in bytes.</summary>
    public const int MaxBytes = 256 * 1024;

    private const string Format = "datahub-licence/1";

    /// <summary>The bytes that are signed.</summary>
    public static byte[] Write(LicenceContent content)
    {
        var metadata = new JsonObject
        {
            ["licence_type_name"] = content.TypeName,
            ["licence_type_code"] = content.TypeCode,
            ["licence_id"] = content.LicenceId,
            ["licence_no"] = content.LicenceNo,
            ["issuer_name"] = content.IssuerName,
            ["issuer_code"] = content.IssuerCode,
            ["issued_on"] = Day(content.IssuedOn),
            ["holder_name"] = content.HolderName,
            ["holder_code"] = content.HolderCode,
            ["holder_code_type"] = content.HolderCodeType,
            ["holder_code_type_name"] = content.HolderCodeTypeName,
            ["valid_from"] = Day(content.ValidFrom),
            ["valid_to"] = Day(content.ValidTo),
        };
        var fields = new JsonObject(content.Fields.Select(field => KeyValuePair.Create<string, JsonNode?>(field.Key, field.Value)));
        return Canonical(new JsonObject { ["format"] = Format, ["algorithm"] = "SM2-SM3", ["metadata"] = metadata, ["fields"] = fields });
    }

    /// <summary>Reads a document as somebody brought it; the order of its keys does not matter.</summary>
    /// <returns>Its canonical bytes and what must be known of it; null when it is no licence document.</returns>
    public static (byte[] Canonical, string LicenceId, string IssuerCode)? Read(ReadOnlyMemory<byte> document)
    {
        if (document.Length is 0 or > MaxBytes)
        {
            return null;
        }

        try
        {
            using var json = JsonDocument.Parse(document, new JsonDocumentOptions { MaxDepth = 16 });
            var root = json.RootElement;
            var metadata = root.GetProperty("metadata");
            return root.GetProperty("format").GetString() == Format
                && metadata.GetProperty("licence_id").GetString() is { } id
                && metadata.GetProperty("issuer_code").GetString() is { } issuer
                    ? (CanonicalJson.Serialize(root), id, issuer)
                    : null;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException or Kernel.Faults.FaultException)
        {
            // Whatever is wrong with its form, it is not one of our documents; that is the answer.
            return null;
        }
    }

    private static byte[] Canonical(JsonObject document)
    {
        using var json = JsonSerializer.SerializeToDocument(document);
        return CanonicalJson.Serialize(json.RootElement);
    }

    private static string? Day(DateOnly? date) => date?.ToString("O", System.Globalization.CultureInfo.InvariantCulture);
}
