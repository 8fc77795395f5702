using System.Text;

namespace DataHub.Kernel.Text;

/// <summary>Unicode normalization form KC (UAX #15), by ICU.</summary>
public static class Nfkc
{
    /// <summary>
    /// False when the program runs without ICU (globalization-invariant mode): <see cref="string.Normalize()"/> then returns its input
    /// unchanged and says nothing, so whoever starts a hub asks first.
    /// </summary>
    public static bool IsAvailable => "\uFF13".Normalize(NormalizationForm.FormKC) == "3";

    /// <summary>The text in form KC; the same instance when nothing changes. A text with lone surrogates stays as it is.</summary>
    /// <param name="text">Any text.</param>
    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return IsInert(text) || HasLoneSurrogate(text) ? text : text.Normalize(NormalizationForm.FormKC);
    }

    /// <summary>True when no character has a mapping or combines: ASCII and the ideographs of the two oldest blocks.</summary>
    private static bool IsInert(string text)
    {
        foreach (var c in text)
        {
            if (c is not (< '\u00A0' or (>= '\u4E00' and <= '\u9FFF') or (>= '\u3400' and <= '\u4DBF')))
            {
                return false;
            }
        }

        return true;
    }

    private static bool HasLoneSurrogate(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !(i + 1 < text.Length && char.IsSurrogatePair(text[i], text[++i])))
            {
                return true;
            }
        }

        return false;
    }
}
