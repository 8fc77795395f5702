using System.Globalization;
using System.Text.RegularExpressions;
using DataHub.Kernel.Faults;
using DataHub.Kernel.Identifiers;
using DataHub.V1;
using Google.Protobuf.Collections;

namespace DataHub.Catalog.Registration;

/// <summary>Entries as sent to entries as kept: whatever comes out satisfies every rule that needs no look at the directory.</summary>
internal static partial class EntryReader
{
    private const int MaxEntries = 500;
    private const int MaxRelated = 50;

    private static readonly IdentifierKind PublisherCode = IdentifierKind.Find("uscc")!;

    /// <summary>All entries of a request; codes and resources differ.</summary>
    /// <exception cref="FaultException">Malformed, naming the field by its path.</exception>
    public static IReadOnlyList<CatalogEntry> ReadAll(IReadOnlyList<DirectoryEntry> sent)
    {
        if (sent.Count is 0 or > MaxEntries)
        {
            throw Require.Malformed("ENTRIES_COUNT", "entries", $"must be 1 to {MaxEntries}");
        }

        List<CatalogEntry> entries = [.. sent.Select((entry, index) => Read(entry, $"entries[{index}]"))];
        RequireDistinct(entries, entry => entry.Code, "ENTRY_CODE_REPEATED", "code");
        RequireDistinct(entries, entry => entry.Schema?.Resource, "RESOURCE_REPEATED", "schema.resource");
        return entries;
    }

    /// <summary>True for a resource code of the guideline as the hub reads it.</summary>
    public static bool IsCode(string code) => Code().IsMatch(code);

    private static CatalogEntry Read(DirectoryEntry sent, string path)
    {
        var roles = SchemaReader.RolesOf(sent.Schema, $"{path}.schema");
        var items = new ItemReader(sent.Schema is not null, roles).ReadAll(sent.Items, $"{path}.items");
        return new CatalogEntry
        {
            Code = ReadCode(sent.Code, $"{path}.code"),
            Title = Require.Text(sent.Title, $"{path}.title", maxLength: 128),
            PublisherName = Require.Text(sent.PublisherName, $"{path}.publisher_name", maxLength: 128),
            PublisherCode = PublisherCode.Require(sent.PublisherCode, $"{path}.publisher_code", today: default),
            Abstract = Require.OptionalText(sent.Abstract, $"{path}.abstract", maxLength: 1000),
            Format = Require.OptionalText(sent.Format, $"{path}.format", maxLength: 64),
            Items = items,
            Sharing = Known<Sharing>((int)sent.ShareType, "SHARE_TYPE", $"{path}.share_type"),
            ShareCondition = ReadCondition(sent, $"{path}.share_condition"),
            ShareMethod = Require.OptionalText(sent.ShareMethod, $"{path}.share_method", maxLength: 64),
            OpenToPublic = sent.OpenToPublic,
            UpdateCycle = Known<Kernel.Resources.UpdateCycle>((int)sent.UpdateCycle, "UPDATE_CYCLE", $"{path}.update_cycle"),
            IssuedOn = ReadDate(sent.IssuedOn, $"{path}.issued_on"),
            RelatedCodes = ReadRelated(sent.RelatedCodes, $"{path}.related_codes"),
            Category = Require.OptionalText(sent.Category, $"{path}.category", maxLength: 256),
            Schema = sent.Schema is null ? null : SchemaReader.Read(sent.Schema, roles, items, $"{path}.schema"),
        };
    }

    private static string ReadCode(string code, string field) => IsCode(code)
        ? code
        : throw Require.Malformed("ENTRY_CODE", field, "is not a resource code, class to detail in 6 to 20 digits, slash, sequence in 1 to 6, for example 101001/1");

    private static TEnum Known<TEnum>(int number, string code, string field)
        where TEnum : struct, Enum =>
        Enum.IsDefined((TEnum)(object)number) ? (TEnum)(object)number : throw Require.Malformed(code, field, "must be one of the values listed");

    private static string ReadCondition(DirectoryEntry sent, string field) => sent.ShareType is ShareType.Conditional or ShareType.NotShared
        ? Require.Text(sent.ShareCondition, field, maxLength: 500)
        : Require.OptionalText(sent.ShareCondition, field, maxLength: 500);

    private static DateOnly? ReadDate(string date, string field)
    {
        if (date.Length == 0)
        {
            return null;
        }

        return DateOnly.TryParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day
            : throw Require.Malformed("DATE_INVALID", field, "is not a date yyyy-MM-dd");
    }

    private static IReadOnlyList<string> ReadRelated(RepeatedField<string> codes, string field) => codes.Count <= MaxRelated
        ? [.. codes.Select((code, index) => ReadCode(code, $"{field}[{index}]"))]
        : throw Require.Malformed("RELATED_COUNT", field, $"may be {MaxRelated} at most");

    private static void RequireDistinct(List<CatalogEntry> entries, Func<CatalogEntry, string?> value, string code, string field)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, entry) in entries.Index())
        {
            if (value(entry) is { } given && !seen.Add(given))
            {
                throw Require.Malformed(code, $"entries[{index}].{field}", "stands in an earlier entry of the same request too");
            }
        }
    }

    [GeneratedRegex(@"\A[123][0-9]{2}[0-9]{3}[0-9]{0,14}/[0-9]{1,6}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Code();
}
