using Bogus;

namespace DataHub.Town;

/// <summary>What town to write. Equal options give equal bytes.</summary>
public sealed record TownOptions
{
    /// <summary>Fewest residents with whom every case and every kind of household still occurs.</summary>
    public const int MinResidents = 500;

    /// <summary>Most residents; each day of birth has numbers enough for them.</summary>
    public const int MaxResidents = 1_000_000;

    /// <summary>Earliest <see cref="Today"/>: unified real-property registration, since March 2015, needs some years of history.</summary>
    public static readonly DateOnly FirstToday = new(2020, 1, 1);

    /// <summary>Rows of the population file, duplicates apart; 500 to 1,000,000, default 20,000. The other files follow: 3 %, 30 % and 60 % of it.</summary>
    public int Residents { get; init; } = 20_000;

    /// <summary>Starts the randomness; any value.</summary>
    public int Seed { get; init; }

    /// <summary>Civil date in Asia/Shanghai on which the departments export; 2020-01-01 or later. Nothing has happened after it.</summary>
    public required DateOnly Today { get; init; }

    /// <summary>Randomness of one part of the town.</summary>
    internal Randomizer Randomness(int part) => new(unchecked(Seed + (part * 7_919)));

    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Residents, MinResidents, nameof(Residents));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Residents, MaxResidents, nameof(Residents));
        ArgumentOutOfRangeException.ThrowIfLessThan(Today, FirstToday, nameof(Today));
    }
}
