using System.Globalization;

namespace DataHub.Catalog.Search;

/// <summary>
/// What of an entry can be found, as text of a PostgreSQL tsvector: title A, items B, publisher C, abstract D. <c>=name</c> is an item's whole
/// name, <c>@code</c> the publisher.
/// </summary>
internal static class SearchVector
{
    // PostgreSQL counts places to 16383, keeps 256 of one lexeme and takes 1 MiB in all. What an enormous entry has beyond is not found by words;
    // its title, publisher and abstract come first.
    private const int MaxPlace = 8_000;
    private const int MaxPlaces = 250;
    private const int MaxWhole = 32;

    /// <summary>Divides texts, so that no phrase runs from one into the next.</summary>
    private const int Gap = 5;

    public static string Of(CatalogEntry entry)
    {
        var places = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        var next = 1;
        Add(entry.Title, 'A');
        AddWhole("@" + entry.PublisherCode);
        Add(entry.PublisherName, 'C');
        Add(entry.Schema?.Resource ?? "", 'C');
        Add(entry.Abstract, 'D');
        foreach (var item in entry.Items.SelectMany(item => item.Items.Prepend(item)))
        {
            AddWhole("=" + SearchText.Compact(item.Title));
            AddWhole("=" + SearchText.Compact(item.Name));
            Add(item.Title, 'B');
            Add(item.Name, 'B');
        }

        return string.Join(' ', places.Select(lexeme => $"'{lexeme.Key}':{string.Join(',', lexeme.Value)}"));

        void Add(string text, char weight)
        {
            var first = next;
            foreach (var lexeme in SearchText.Pairs(text).Concat(SearchText.Singles(text)))
            {
                Place(lexeme.Text, first + lexeme.Place, weight);
                next = Math.Max(next, first + lexeme.Place + Gap);
            }
        }

        void AddWhole(string lexeme)
        {
            if (lexeme.Length is > 1 and <= MaxWhole)
            {
                Place(lexeme, next, 'C');
            }
        }

        void Place(string lexeme, int place, char weight)
        {
            if (place > MaxPlace)
            {
                return;
            }

            if (!places.TryGetValue(lexeme, out var known))
            {
                places.Add(lexeme, known = []);
            }

            if (known.Count < MaxPlaces)
            {
                known.Add(string.Create(CultureInfo.InvariantCulture, $"{place}{weight}"));
            }
        }
    }
}
