using System.Globalization;
using Bogus;
using DataHub.Kernel.Identifiers;

namespace DataHub.Town.People;

/// <summary>Gives out resident identity numbers, none of them twice.</summary>
internal sealed class ResidentNumbers(Randomizer random)
{
    // The end of the range is seldom issued, so that an invented number hardly ever meets a living person.
    private const int FirstInvented = 980;

    private readonly HashSet<string> issued = new(StringComparer.Ordinal);

    /// <exception cref="InvalidOperationException">All numbers of the day are given out.</exception>
    public string Issue(string division, DateOnly birth, bool male)
    {
        var stem = division + birth.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        foreach (var sequence in Sequences(birth, male))
        {
            var first17 = $"{stem}{sequence:D3}";
            if (issued.Add(first17))
            {
                return first17 + ResidentId.CheckCharacter(first17);
            }
        }

        throw new InvalidOperationException("More residents were asked for than a day of birth has numbers.");
    }

    /// <summary>980 up from a random start, then all below; odd for men.</summary>
    private IEnumerable<int> Sequences(DateOnly birth, bool male)
    {
        var parity = male ? 1 : 0;
        var pairs = (LastInvented(birth) - FirstInvented + 1) / 2;
        var start = random.Int(0, pairs - 1);
        var invented = Enumerable.Range(0, pairs).Select(i => FirstInvented + (2 * ((start + i) % pairs)) + parity);
        return invented.Concat(Enumerable.Range(1, (FirstInvented / 2) - 1).Select(i => FirstInvented - (2 * i) + parity));
    }

    /// <summary>996 to 999 mean another century in the numbers of 15 places, which ended in 1999.</summary>
    private static int LastInvented(DateOnly birth) => birth.Year < 2000 ? 995 : 999;
}
