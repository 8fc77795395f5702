using System.Buffers;
using System.Globalization;
using System.Text.Json;
using DataHub.Crypto.Sealing;
using DataHub.Exchange.Records;
using DataHub.Kernel.Json;
using DataHub.Kernel.Resources;

namespace DataHub.Exchange.Intake;

/// <summary>Finds whom a row is about, and computes the row's key and content digest.</summary>
internal sealed class SubjectReader(ResourceSchema schema, KeyRing keys)
{
    private const char KeySeparator = '\u001f';

    private readonly string _contentPurpose = $"content/{schema.Resource}";

    /// <summary>Adds subjects, key and content to a draft. A rejected row gets what can be told of it, so that it can be sealed for its person.</summary>
    public void Read(RecordDraft draft)
    {
        foreach (var role in schema.Roles)
        {
            AddSubjects(draft, role);
        }

        draft.Key = KeyOf(draft);
        draft.Content = keys.Digest(_contentPurpose, Canonical(draft));
    }

    private void AddSubjects(RecordDraft draft, SubjectRole role)
    {
        if (role.List is not { } list)
        {
            AddSubject(draft, role, prefix: "", element: -1, schema.Items);
            return;
        }

        var members = schema.Items.Single(item => item.Name == list).Items;
        for (var element = 0; element < draft.CountOf(list); element++)
        {
            AddSubject(draft, role, string.Create(CultureInfo.InvariantCulture, $"{list}[{element}]."), element, members);
        }
    }

    private void AddSubject(RecordDraft draft, SubjectRole role, string prefix, int element, IReadOnlyList<InformationItem> items)
    {
        var path = prefix + role.Name;
        if (draft[path] is not { } id || draft.Rejections.Exists(finding => finding.Field == path))
        {
            return;
        }

        var item = items.Single(candidate => candidate.Name == role.Name);
        var type = SubjectTypeOf(item, id, item.IdTypeItem is { } other ? draft[prefix + other] : null);
        draft.Subjects.Add(new DraftSubject(role.Role, keys.Pseudonyms.OfSubject(type, id), IsNatural(type, id), element));
    }

    private static string SubjectTypeOf(InformationItem item, string id, string? idType) => item.Identifier switch
    {
        "holder" => HolderCodes.SubjectTypeOf(idType, id),
        "social_security_no" when id.Length == 18 && id[0] == '9' => "foreign_pr_id",
        "social_security_no" when id.Length == 18 && char.IsAsciiDigit(id[0]) => "resident_id",
        { } kind => kind,
        null => item.Name,
    };

    // A sole trader's code begins with 92 and names one natural person; every other unified code names an organisation.
    private static bool IsNatural(string type, string id) => type switch
    {
        "uscc" => id.StartsWith("92", StringComparison.Ordinal),
        "holder_code/099" or "org_code" => false,
        _ => true,
    };

    private string KeyOf(RecordDraft draft)
    {
        var key = string.Join(KeySeparator, schema.Key.Select(item => draft[item]));
        var isPersonal = draft.Fields.Exists(field => schema.Key.Contains(field.Path) && Sealing.IsSealed(field, draft.Subjects));
        return isPersonal ? keys.Pseudonyms.OfKey(schema.Resource, key) : key;
    }

    // RFC 8785 form of the normalised plaintext with subjects, valid times and schema version: equal content means that nothing changed.
    private byte[] Canonical(RecordDraft draft)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("v", schema.Version);
            json.WriteString("from", draft.ValidFrom?.ToString("O", CultureInfo.InvariantCulture));
            json.WriteString("to", draft.ValidTo?.ToString("O", CultureInfo.InvariantCulture));
            json.WriteStartArray("subjects");
            foreach (var subject in draft.Subjects)
            {
                json.WriteStringValue($"{subject.Role} {subject.Id}");
            }

            json.WriteEndArray();
            json.WriteStartObject("fields");
            foreach (var field in draft.Fields)
            {
                json.WriteString(field.Path, field.Value);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        using var document = JsonDocument.Parse(buffer.WrittenMemory);
        return CanonicalJson.Serialize(document.RootElement);
    }
}
