using System.Buffers;
using System.Globalization;
using System.Text.RegularExpressions;
using DataHub.Exchange.Quality;
using DataHub.Exchange.Records;
using DataHub.Kernel.Codes;
using DataHub.Kernel.Identifiers;
using DataHub.Kernel.Resources;
using DataHub.Kernel.Text;
using DataHub.Kernel.Time;

namespace DataHub.Exchange.Intake;

/// <summary>The rules a schema states item by item: form, length, type, kind of identifier, code list.</summary>
internal static partial class ItemRules
{
    private const string Holder = "holder";
    private const string PersonNameKind = "person_name";
    private const string DivisionKind = "division_code";

    /// <summary>A value in the form it is stored in; null when it is empty.</summary>
    public static string? Normalize(InformationItem item, string raw)
    {
        var trimmed = raw.Trim(Blanks);
        if (trimmed.Length == 0)
        {
            return null;
        }

        return item switch
        {
            { Identifier: PersonNameKind } => PersonName.Normalize(trimmed),
            { Identifier: Holder } => ResidentId.Normalize(trimmed) ?? trimmed,
            { Identifier: { } kind } => IdentifierKind.Find(kind)?.Normalize(trimmed) ?? trimmed,
            { Type: ItemType.Text, CodeList: null } => trimmed,
            _ => Narrow(trimmed),
        };
    }

    /// <summary>Runs the rules of one item on a value that is there; may put a stricter form in its place.</summary>
    public static void Check(RecordDraft draft, InformationItem item, string path, string raw, ref string value, string? idType, RuleRun rules)
    {
        if (item.Length is { } length && item.Type is ItemType.Text)
        {
            rules.Check(draft, "length", path, CountCharacters(value) <= length);
        }

        rules.Check(draft, "charset", path, !value.AsSpan().ContainsAny(Forbidden));
        if (item.Type is not ItemType.Text)
        {
            rules.Check(draft, "type", path, IsOfType(item, ref value));
        }

        if (item.Identifier is { } kind)
        {
            CheckIdentifier(draft, path, kind, ref value, idType, rules);
        }

        if (item.CodeList is { } list && CodeLists.Find(list) is { } codes)
        {
            rules.Check(draft, "code_list", path, codes.Contains(value));
        }

        // An instant may be written in any zone; it is kept in UTC.
        if (item.Type is not ItemType.Instant && (item.Identifier is not null || item.Type is not ItemType.Text || item.CodeList is not null))
        {
            rules.Check(draft, "standard_form", path, value == raw);
        }
    }

    public static bool TryParseInstant(string text, out DateTimeOffset instant)
    {
        instant = default;
        if (!Rfc3339().IsMatch(text) || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var parsed))
        {
            return false;
        }

        instant = parsed.ToUniversalTime();
        return true;
    }

    private static void CheckIdentifier(RecordDraft draft, string path, string kind, ref string value, string? idType, RuleRun rules)
    {
        if (kind == PersonNameKind)
        {
            rules.Check(draft, "charset", path, PersonName.Check(value).IsValid);
            return;
        }

        if (kind == Holder)
        {
            kind = HolderCodes.IdentifierKindOf(idType, value) ?? "";
        }

        if (value.Length == 15 && kind is "resident_id" or "social_security_no" && ResidentId15.Check(value, rules.Today).IsValid)
        {
            value = ResidentId.Upgrade15(value);
        }

        if (IdentifierKind.Find(kind) is { } identifier)
        {
            var check = identifier.Check(value, rules.Today);
            var unknownDivision = kind == DivisionKind && check.Rule == IdentifierRule.Division;
            rules.Check(draft, "identifier", path, check.IsValid || unknownDivision);
            if (kind == DivisionKind)
            {
                rules.Check(draft, "unknown_division", path, !unknownDivision);
            }
        }
    }

    private static bool IsOfType(InformationItem item, ref string value)
    {
        switch (item.Type)
        {
            case ItemType.Date:
                return CivilTime.TryParseDate(value, out _);
            case ItemType.Month:
                return CivilTime.TryParseMonth(value, out _);
            case ItemType.Boolean:
                return value is "true" or "false";
            case ItemType.Instant:
                var isInstant = TryParseInstant(value, out var instant);
                value = isInstant ? instant.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture) : value;
                return isInstant;
            case ItemType.WholeNumber:
                return WholeNumber().IsMatch(value);
            case ItemType.Number:
                return IsDecimal(item, value);
            default:
                return true;
        }
    }

    private static bool IsDecimal(InformationItem item, string value)
    {
        if (!DecimalNumber().IsMatch(value))
        {
            return false;
        }

        var point = value.IndexOf('.', StringComparison.Ordinal);
        var scale = point < 0 ? 0 : value.Length - point - 1;
        var digits = value.Count(char.IsAsciiDigit);
        return digits <= Math.Min(item.Length ?? 28, 28) && scale <= (item.Scale ?? 28);
    }

    // Full-width digits and letters become ASCII; names and addresses never come here.
    private static string Narrow(string text) => Nfkc.Of(text).Trim();

    private static int CountCharacters(string value)
    {
        var count = 0;
        foreach (var c in value)
        {
            count += char.IsLowSurrogate(c) ? 0 : 1;
        }

        return count;
    }

    // Control characters other than tab and line ends, which long texts hold; U+FFFD stands where the source's bytes were not UTF-8.
    private static readonly SearchValues<char> Forbidden = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(c => (char)c).Except(['\t', '\r', '\n']), '\u007f', '\ufffd']);

    private static readonly char[] Blanks = [' ', '\t', '\r', '\n', '\u00a0', '\u3000', '\ufeff', '\u200b'];

    [GeneratedRegex(@"\A[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,7})?([Zz]|[+-][0-9]{2}:[0-9]{2})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Rfc3339();

    [GeneratedRegex(@"\A-?(0|[1-9][0-9]{0,14})\z", RegexOptions.CultureInvariant)]
    private static partial Regex WholeNumber();

    [GeneratedRegex(@"\A-?(0|[1-9][0-9]*)(\.[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex DecimalNumber();
}
