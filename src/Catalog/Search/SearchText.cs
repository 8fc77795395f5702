using System.Text;
using DataHub.Kernel.Text;

namespace DataHub.Catalog.Search;

/// <summary>A piece of text that can be searched for, and its place; places count Han characters and Latin words from 0.</summary>
internal readonly record struct Lexeme(string Text, int Place);

/// <summary>
/// Text cut for searching: Latin words and numbers whole and in lower case, Han characters in overlapping pairs, since Chinese writes no
/// spaces. Everything else divides. A lexeme holds letters and digits only.
/// </summary>
internal static class SearchText
{
    /// <summary>The form compared by: NFKC, lower case.</summary>
    public static string Fold(string text) => Nfkc.Of(text).ToLowerInvariant();

    /// <summary>The letters and digits of the folded text, joined.</summary>
    public static string Compact(string text) =>
        string.Concat(Fold(text).EnumerateRunes().Where(Rune.IsLetterOrDigit));

    /// <summary>Pairs of Han characters and Latin words; a Han character that stands alone, by itself.</summary>
    /// <param name="text">Any text.</param>
    public static List<Lexeme> Pairs(string text)
    {
        var lexemes = new List<Lexeme>();
        var place = 0;
        foreach (var run in Runs(Fold(text)))
        {
            if (!run.IsHan)
            {
                lexemes.Add(new Lexeme(string.Concat(run.Runes), place++));
                continue;
            }

            for (var i = 0; i < Math.Max(1, run.Runes.Count - 1); i++)
            {
                lexemes.Add(new Lexeme(string.Concat(run.Runes.Skip(i).Take(2)), place + i));
            }

            place += run.Runes.Count;
        }

        return lexemes;
    }

    /// <summary>Each Han character of longer runs, so that a single one can be asked for; places as in <see cref="Pairs"/>.</summary>
    /// <param name="text">Any text.</param>
    public static List<Lexeme> Singles(string text)
    {
        var lexemes = new List<Lexeme>();
        var place = 0;
        foreach (var run in Runs(Fold(text)))
        {
            if (run.IsHan && run.Runes.Count > 1)
            {
                lexemes.AddRange(run.Runes.Select((rune, i) => new Lexeme(rune.ToString(), place + i)));
            }

            place += run.IsHan ? run.Runes.Count : 1;
        }

        return lexemes;
    }

    /// <summary>True for the unified and compatibility ideographs, and the planes 2 and 3, which hold nothing else.</summary>
    public static bool IsHan(Rune rune) => rune.Value is
        (>= 0x3400 and <= 0x4DBF) or (>= 0x4E00 and <= 0x9FFF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x20000 and <= 0x3FFFD);

    private static List<Run> Runs(string folded)
    {
        var runs = new List<Run>();
        Run? open = null;
        foreach (var rune in folded.EnumerateRunes())
        {
            if (!Rune.IsLetterOrDigit(rune))
            {
                open = null;
                continue;
            }

            var isHan = IsHan(rune);
            if (open is null || open.IsHan != isHan)
            {
                runs.Add(open = new Run(isHan, []));
            }

            open.Runes.Add(rune);
        }

        return runs;
    }

    private sealed record Run(bool IsHan, List<Rune> Runes);
}
