using System.Text;
using DataHub.Kernel.Identifiers;

namespace DataHub.Kernel.Text;

/// <summary>Names of people: Han ideographs (all extensions), the middle dot U+00B7 and Latin letters, 1 to 50 characters.</summary>
public static class PersonName
{
    /// <summary>Longest name, in Unicode characters (a surrogate pair counts once).</summary>
    public const int MaxLength = 50;

    /// <summary>Without surrounding white space and with one middle dot. Not NFKC, which would replace ideographs people write their names with.</summary>
    /// <param name="raw">The name as a source wrote it; null stays null.</param>
    public static string? Normalize(string? raw) => raw is null ? null : Comparable.UnifyDots(raw.Trim());

    /// <summary>
    /// Checks a name: <c>null_or_empty</c>, <c>length</c>, <c>charset</c> (digits, controls, private-use and other characters) or <c>pattern</c>
    /// (a middle dot, space, hyphen, apostrophe or full stop that does not stand behind a letter or ideograph, or stands at the end).
    /// </summary>
    /// <param name="value">The name.</param>
    public static IdentifierCheck Check(string? value) => IdentifierCheck.Of(string.IsNullOrEmpty(value) ? IdentifierRule.NullOrEmpty : Fault(value));

    private static string? Fault(string value)
    {
        var (length, fault, previous) = (0, default(string), default(Rune));
        foreach (var rune in value.EnumerateRunes())
        {
            if (!IsLetter(rune) && !IsSeparator(rune))
            {
                return IdentifierRule.Charset;
            }

            if (!IsLetter(rune) && !IsLetter(previous) && !IsInitial(previous, rune))
            {
                fault = IdentifierRule.Pattern;
            }

            (length, previous) = (length + 1, rune);
        }

        return length > MaxLength ? IdentifierRule.Length
            : IsLetter(previous) || previous.Value == '.' ? fault
            : IdentifierRule.Pattern;
    }

    /// <summary>The end of an initial, as in J. Smith.</summary>
    private static bool IsInitial(Rune stop, Rune space) => stop.Value == '.' && space.Value == ' ';

    private static bool IsLetter(Rune rune) => Ideographs.Contains(rune) || rune.Value is
        (>= 'A' and <= 'Z') or (>= 'a' and <= 'z') or (>= 0xC0 and <= 0x24F and not (0xD7 or 0xF7)) or (>= 0x1E00 and <= 0x1EFF);

    private static bool IsSeparator(Rune rune) => rune.Value is 0xB7 or ' ' or '-' or '\'' or '.' or 0x2019;
}
