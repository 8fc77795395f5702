using System.Text;
using System.Text.RegularExpressions;
using DataHub.Kernel.Faults;

namespace DataHub.Catalog.Search;

/// <summary>
/// A query as typed, cut into what the database is asked. A word is what stands between spaces. Whatever is typed, the tsquery texts hold
/// only lexemes of letters and digits in quotes and operators of ours.
/// </summary>
internal sealed partial class SearchQuery
{
    private const int MaxLength = 200;

    // Enough to tell entries apart; each costs a look per entry in the relaxed search.
    private const int MaxLexemes = 32;

    private readonly List<List<string>> _phrases = [];
    private readonly string[] _pairs;
    private readonly string[] _singles;

    private SearchQuery(string folded)
    {
        var words = folded.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var cut = words.Select(word => (Word: SearchText.Compact(word), Lexemes: SearchText.Pairs(word))).Where(word => word.Lexemes.Count > 0).ToList();
        Words = [.. cut.Select(word => word.Word)];
        Whole = string.Concat(Words);
        foreach (var (index, word) in cut.Index())
        {
            _phrases.Add([PhraseOf(word.Lexemes, isLast: index == cut.Count - 1)]);
        }

        _pairs = [.. cut.SelectMany((word, index) => word.Lexemes.Select((lexeme, i) => Quoted(lexeme, index == cut.Count - 1 && i == word.Lexemes.Count - 1)))
            .Distinct(StringComparer.Ordinal).Take(MaxLexemes)];
        _singles = [.. words.SelectMany(SearchText.Singles).Select(lexeme => $"'{lexeme.Text}'").Distinct(StringComparer.Ordinal).Take(MaxLexemes)];
        CodePrefix = CodeStart().IsMatch(folded) ? folded : null;
    }

    /// <summary>Compact words, in order.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>All words joined, to compare with titles.</summary>
    public string Whole { get; }

    /// <summary>The query where it reads as the beginning of a resource code; else null.</summary>
    public string? CodePrefix { get; }

    /// <summary>The first code behind all that begin with <see cref="CodePrefix"/>.</summary>
    public string? CodeEnd => CodePrefix is null ? null : CodePrefix[..^1] + (char)(CodePrefix[^1] + 1);

    /// <summary>Nothing to search for: punctuation only.</summary>
    public bool IsEmpty => Words.Count == 0 && CodePrefix is null;

    /// <summary>tsquery: an item whose whole name is a word or the query.</summary>
    public string WholeItems => string.Join(" | ", Words.Append(Whole).Distinct(StringComparer.Ordinal).Where(word => word.Length > 0).Select(word => $"'={word}'"));

    /// <summary>
    /// What to try, until something is found: every word, each as a phrase or by the office it names; half of the pairs and Latin words; three
    /// of four Han characters, for words that the entry writes longer or that are mistyped.
    /// </summary>
    public IEnumerable<Attempt> Attempts()
    {
        var offices = _phrases.SelectMany(alternatives => alternatives.Skip(1));
        var any = string.Join(" | ", _pairs.Concat(offices));
        yield return new Attempt(string.Join(" & ", _phrases.Select(alternatives => $"({string.Join(" | ", alternatives)})")), any, [], 0);
        if (_pairs.Length > 1)
        {
            yield return new Attempt(any, any, _pairs, (_pairs.Length + 1) / 2);
        }

        if (_singles.Length > 2)
        {
            var single = string.Join(" | ", _singles);
            yield return new Attempt(single, $"{any} | {single}", _singles, ((_singles.Length * 3) + 3) / 4);
        }
    }

    /// <summary>Reads a query.</summary>
    /// <param name="query">1 to 200 characters.</param>
    /// <exception cref="FaultException">Empty or too long: <c>FIELD_REQUIRED</c>, <c>FIELD_TOO_LONG</c>.</exception>
    public static SearchQuery Parse(string query) => new(SearchText.Fold(Require.Text(query, "query", MaxLength)).Trim());

    /// <summary>A word may also mean an office by a short form of its name.</summary>
    /// <param name="word">Place of the word, from 0.</param>
    /// <param name="publisherCode">Unified social credit code of the office.</param>
    public void AddOffice(int word, string publisherCode) => _phrases[word].Add($"'@{publisherCode}'");

    private static string PhraseOf(List<Lexeme> lexemes, bool isLast)
    {
        var phrase = new StringBuilder();
        foreach (var (index, lexeme) in lexemes.Index())
        {
            phrase.Append(index == 0 ? "" : $" <{lexeme.Place - lexemes[index - 1].Place}> ").Append(Quoted(lexeme, isLast && index == lexemes.Count - 1));
        }

        return phrase.ToString();
    }

    // The last Latin word may still be being typed.
    private static string Quoted(Lexeme lexeme, bool isLast) => isLast && char.IsAsciiLetterOrDigit(lexeme.Text[0]) ? $"'{lexeme.Text}':*" : $"'{lexeme.Text}'";

    [GeneratedRegex(@"\A[123][0-9]{2,19}(/[0-9]{0,6})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex CodeStart();
}

/// <summary>One way to ask for the entries of a query.</summary>
/// <param name="Matching">tsquery an entry must match.</param>
/// <param name="Ranking">tsquery by which matches are ranked.</param>
/// <param name="Lexemes">tsqueries of one lexeme each, of which an entry must match</param>
/// <param name="Least">at least so many.</param>
internal sealed record Attempt(string Matching, string Ranking, IReadOnlyList<string> Lexemes, int Least);
