using System.Text;

namespace DataHub.Kernel.Text;

/// <summary>The form in which the claim operator <c>equal</c> compares texts. For comparing only: stored values keep what the source wrote.</summary>
public static class Comparable
{
    private const char MiddleDot = '\u00B7';

    // Two do for all that is known; the limit only makes an end certain.
    private const int MaxPasses = 4;

    /// <summary>
    /// NFKC (so full-width and half-width characters are equal), no spaces or invisible characters, one middle dot, Latin letters in capitals.
    /// Idempotent. A text already in this form comes back as the same instance.
    /// </summary>
    /// <param name="text">Any text.</param>
    public static string Form(string text)
    {
        ArgumentNullException.ThrowIfNull(text);

        // Dropping a space or raising a letter can bring together what NFKC joins or what makes a full stop a middle dot, so until it rests.
        for (var pass = 0; pass < MaxPasses && !IsFormed(text); pass++)
        {
            var folded = UnifyDots(Fold(Nfkc.Of(UnifyDots(text))));
            if (folded == text)
            {
                break;
            }

            text = folded;
        }

        return text;
    }

    /// <summary>
    /// The text with every look-alike of the middle dot in names written U+00B7. A full stop counts as one between two ideographs, where
    /// nothing else can be meant.
    /// </summary>
    /// <param name="text">Any text.</param>
    internal static string UnifyDots(string text)
    {
        var changed = default(StringBuilder);
        for (var i = 0; i < text.Length; i++)
        {
            var stop = text[i] is '.' or '\uFF0E' && i > 0 && i + 1 < text.Length && IsIdeograph(text[i - 1]) && IsIdeograph(text[i + 1]);
            if (stop || IsDot(text[i]))
            {
                (changed ??= new StringBuilder(text))[i] = MiddleDot;
            }
        }

        return changed?.ToString() ?? text;
    }

    private static bool IsFormed(string text)
    {
        foreach (var c in text)
        {
            if (c is not (MiddleDot or (> ' ' and <= '~' and not (>= 'a' and <= 'z') and not '.') or (>= '\u4E00' and <= '\u9FFF')))
            {
                return false;
            }
        }

        return true;
    }

    private static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (!IsInvisible(rune))
            {
                folded.Append(Rune.ToUpperInvariant(rune));
            }
        }

        return folded.ToString();
    }

    private static bool IsInvisible(Rune rune) => Rune.IsWhiteSpace(rune) || rune.Value is
        0x00AD or (>= 0x200B and <= 0x200F) or (>= 0x202A and <= 0x202E) or (>= 0x2060 and <= 0x2064) or 0xFEFF
        or (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0100 and <= 0xE01EF);

    private static bool IsDot(char c) => c is
        MiddleDot or '\u0387' or '\u2022' or '\u2024' or '\u2027' or '\u2219' or '\u22C5' or '\u2E31' or '\u2E33' or '\u30FB' or '\uFE52' or '\uFF65';

    private static bool IsIdeograph(char c) => c is (>= '\u3400' and <= '\u9FFF') || char.IsSurrogate(c);
}
