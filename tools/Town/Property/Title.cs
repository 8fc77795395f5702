using Bogus;
using DataHub.Town.People;

namespace DataHub.Town.Property;

/// <summary>Who holds a right, and how.</summary>
internal sealed record Title(string OwnershipMode, IReadOnlyList<Owner> Owners)
{
    public const string Sole = "0";
    public const string Joint = "1";
    public const string ByShares = "2";

    private static readonly string[][] Halves = [["1/2", "1/2"], ["1/3", "2/3"], ["0.4", "0.6"], ["0.25", "0.75"], ["99/100", "1/100"]];

    private static readonly string[] Thirds = ["1/3", "1/3", "1/3"];

    public static Title OfOne(Owner owner) => new(Sole, [owner]);

    /// <summary>A title among grown-ups of one household: one in three joint, one in six by shares, where there are two or more.</summary>
    public static Title Among(Randomizer random, IReadOnlyList<Resident> adults) => (adults.Count, random.Int(1, 6)) switch
    {
        ( > 1, 1 or 2) => new(Joint, [.. adults.Take(2).Select(a => Owner.Of(a))]),
        ( > 1, 3) => Shared(random, adults),
        ( > 1, 4) => OfOne(Owner.Of(adults[1])),
        _ => OfOne(Owner.Of(adults[0])),
    };

    private static Title Shared(Randomizer random, IReadOnlyList<Resident> adults)
    {
        var shares = adults.Count > 2 ? Thirds : random.ArrayElement(Halves);
        return new(ByShares, [.. adults.Zip(shares, (adult, share) => Owner.Of(adult, share))]);
    }
}
