using System.Collections;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using DataHub.Cli;
using DataHub.Crypto.Sm2;
using DataHub.FrontEnd.Csv;
using DataHub.V1;
using Google.Protobuf;

namespace DataHub.Acceptance.Tests.Support;

/// <summary>A value of a town's files that may not stand in clear.</summary>
/// <param name="Item">Resource and item it comes from.</param>
/// <param name="Text">The value.</param>
/// <param name="IsNumber">It identifies a person or thing by itself.</param>
internal sealed record PersonalValue(string Item, string Text, bool IsNumber);

/// <summary>
/// What of a town is personal: every text of an item declared personal (sensitivity 3 or 4), and of an item about the entity where the
/// entity is a sole trader. Codes of a list, dates, numbers of months and single characters name nobody and are left out.
/// </summary>
internal static class PersonalValues
{
    private const int FewestBytes = 6;
    private const int Personal = 3;

    /// <summary>Reads a file, good rows and bad ones alike.</summary>
    public static async Task<(List<PersonalValue> Personal, List<string> Public)> ReadAsync(string path, DirectoryEntry entry)
    {
        var (personal, open) = (new List<PersonalValue>(), new List<string>());
        var resource = entry.Schema.Resource;
        var csv = await CsvFile.CheckAsync(path, resource, RegistrationFile.RequiredColumns(entry), declaredEncoding: null, TestContext.Current.CancellationToken);
        await foreach (var row in csv.ReadAsync(TestContext.Current.CancellationToken))
        {
            var body = (IMessage)V1.Record.Descriptor.FindFieldByName(resource).Accessor.GetValue(row.Record);
            Read(resource, body, entry.Items, IsSoleTrader(row.Record), personal, open);
        }

        return (personal, open);
    }

    /// <summary>The forms in which a value would give itself away.</summary>
    public static IEnumerable<(byte[] Bytes, string Form)> FormsOf(PersonalValue value)
    {
        var bytes = Encoding.UTF8.GetBytes(value.Text);
        yield return (bytes, "as it is");
        yield return (Ascii(Convert.ToHexStringLower(bytes)), "hex");
        if (JavaScriptEncoder.Default.Encode(value.Text) is var escaped && escaped != value.Text)
        {
            yield return (Ascii(escaped), "JSON");
        }

        if (!value.IsNumber)
        {
            yield break;
        }

        yield return (Ascii(Convert.ToHexString(bytes)), "hex");
        foreach (var text in Base64Of(bytes))
        {
            yield return (Ascii(text), "base64");
        }

        foreach (var (digest, name) in ((byte[], string)[])[(SHA256.HashData(bytes), "SHA-256"), (Sm3.Hash(bytes), "SM3")])
        {
            yield return (digest, name);
            yield return (Ascii(Convert.ToHexStringLower(digest)), $"hex of {name}");
        }
    }

    private static void Read(string resource, IMessage body, IEnumerable<InformationItem> items, bool isSoleTrader, List<PersonalValue> personal, List<string> open)
    {
        foreach (var item in items)
        {
            var value = body.Descriptor.FindFieldByName(item.Name).Accessor.GetValue(body);
            if (value is IList members)
            {
                foreach (IMessage member in members)
                {
                    Read($"{resource}.{item.Name}", member, item.Items, isSoleTrader, personal, open);
                }
            }
            else if (value is string text && item.Type == "C" && item.CodeList.Length == 0 && Encoding.UTF8.GetByteCount(text) >= FewestBytes)
            {
                Add($"{resource}.{item.Name}", text, item.Sensitivity >= Personal || (isSoleTrader && item.Person == "entity"), item.Identifier, personal, open);
            }
        }
    }

    private static void Add(string item, string text, bool isPersonal, string identifier, List<PersonalValue> personal, List<string> open)
    {
        if (!isPersonal)
        {
            open.Add(text);
            return;
        }

        var isNumber = identifier.Length > 0 && identifier != "person_name";
        personal.Add(new PersonalValue(item, text, isNumber));
        if (text.Normalize(NormalizationForm.FormKC).ToUpperInvariant() is var normal && normal != text)
        {
            personal.Add(new PersonalValue(item, normal, isNumber));
        }
    }

    private static bool IsSoleTrader(V1.Record record) => record.LegalEntity?.Uscc.StartsWith("92", StringComparison.Ordinal) ?? false;

    // A value stands in a longer text at one of three places; what its neighbours decide is cut off.
    private static IEnumerable<string> Base64Of(byte[] bytes)
    {
        for (var before = 0; before < 3; before++)
        {
            var text = Convert.ToBase64String([.. new byte[before], .. bytes]).TrimEnd('=');
            var first = before == 0 ? 0 : before + 1;
            var last = (before + bytes.Length) % 3 == 0 ? text.Length : text.Length - 1;
            yield return text[first..last];
        }
    }

    private static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);
}
