using System.Globalization;
using DataHub.Kernel.Identifiers;
using DataHub.Kernel.Resources;
using DataHub.Kernel.Text;

namespace DataHub.Verification.Claims;

/// <summary>How a claimed value is compared with a held one.</summary>
internal static class Comparison
{
    /// <summary>What a decimal may look like: a sign in front and a point, nothing else.</summary>
    public const NumberStyles NumberForm = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;

    private static readonly string[] InstantForms = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"];

    /// <summary>Equal after normalisation: identifiers in strict form and upgraded, numbers by value, text by its comparable form.</summary>
    public static bool AreEqual(InformationItem item, string held, string claimed) => item.Type switch
    {
        ItemType.Number or ItemType.WholeNumber => Number(held) == Number(claimed),
        ItemType.Text when item.Identifier is { } kind and not "person_name" => Identifier(kind, held) == Identifier(kind, claimed),
        ItemType.Text => Comparable.Form(held) == Comparable.Form(claimed),
        ItemType.Instant => TryParseInstant(held, out var one) && TryParseInstant(claimed, out var other) && one == other,
        _ => held == claimed,
    };

    /// <summary>The held value is the claimed one or above; dates and months in their fixed form order as text.</summary>
    public static bool IsAtLeast(InformationItem item, string held, string claimed) => item.Type switch
    {
        ItemType.Number or ItemType.WholeNumber => Number(held) >= Number(claimed),
        _ => string.CompareOrdinal(held, claimed) >= 0,
    };

    /// <summary>Reads an instant in the form of RFC 3339, with its zone.</summary>
    public static bool TryParseInstant(string value, out DateTimeOffset instant) =>
        DateTimeOffset.TryParseExact(value, InstantForms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out instant);

    private static decimal Number(string value) => decimal.Parse(value, NumberForm, CultureInfo.InvariantCulture);

    // The kind knows what else it is written with: a hyphen in an organisation code, other brackets in a certificate's number.
    private static string Identifier(string kind, string value)
    {
        var form = Comparable.Form(IdentifierKind.Find(kind)?.Normalize(value) ?? value);
        return form.Length == 15 && form.All(char.IsAsciiDigit) ? ResidentId.Upgrade15(form) : form;
    }
}
