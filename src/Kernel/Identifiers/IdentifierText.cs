using DataHub.Kernel.Text;

namespace DataHub.Kernel.Identifiers;

/// <summary>The normaliser all identifiers share, and small questions about characters.</summary>
internal static class IdentifierText
{
    /// <summary>
    /// NFKC, all brackets to <c>()</c>, no white space, upper-case. Null stays null. A value that is strict already comes back
    /// as the same instance, which is the usual case at intake.
    /// </summary>
    public static string? Normalize(string? raw, bool dropHyphens = false) =>
        raw is null || IsNormal(raw, dropHyphens) ? raw : Clean(Nfkc.Of(raw), dropHyphens);

    public static bool IsDigits(ReadOnlySpan<char> text) => IsWithin(text, '0', '9');

    /// <summary>True when every character lies in the range. A plain loop: the vectorised search allocates until the runtime has optimised it.</summary>
    public static bool IsWithin(ReadOnlySpan<char> text, char first, char last)
    {
        foreach (var c in text)
        {
            if (c < first || c > last)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>True when every character is 0-9 or A-Z.</summary>
    public static bool IsAlphanumeric(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (Value36(c) < 0)
            {
                return false;
            }
        }

        return true;
    }

    public static bool IsAllZero(ReadOnlySpan<char> text) => IsWithin(text, '0', '0');

    /// <summary>The number that ASCII digits write; the caller has made sure that they are digits, nine at most.</summary>
    public static int Number(ReadOnlySpan<char> digits)
    {
        var number = 0;
        foreach (var c in digits)
        {
            number = (number * 10) + (c - '0');
        }

        return number;
    }

    /// <summary>0-9 and A-Z to 0-35, the alphabet of GB 11714 and ISO 7064 MOD 37,36; -1 for others.</summary>
    public static int Value36(char c) => c switch
    {
        >= '0' and <= '9' => c - '0',
        >= 'A' and <= 'Z' => c - 'A' + 10,
        _ => -1,
    };

    private static bool IsNormal(string raw, bool dropHyphens)
    {
        foreach (var c in raw)
        {
            var normal = c is (> ' ' and <= '~' and not (>= 'a' and <= 'z')) or (>= '\u4E00' and <= '\u9FA5');
            if (!normal || (dropHyphens && c == '-'))
            {
                return false;
            }
        }

        return true;
    }

    private static string Clean(string text, bool dropHyphens)
    {
        var kept = text.Length <= 128 ? stackalloc char[text.Length] : new char[text.Length];
        var length = 0;
        foreach (var c in text)
        {
            if (!IsBlank(c) && !(dropHyphens && c == '-'))
            {
                kept[length++] = Unified(c);
            }
        }

        return new string(kept[..length]);
    }

    private static bool IsBlank(char c) =>
        c is (>= '\t' and <= '\r') or ' ' or '\u00A0' or (>= '\u200B' and <= '\u200D') or '\u2060' or '\u3000' or '\uFEFF';

    private static char Unified(char c) => c switch
    {
        '〔' or '【' => '(',
        '〕' or '】' => ')',
        >= 'a' and <= 'z' => (char)(c - 'a' + 'A'),
        _ => c,
    };
}
