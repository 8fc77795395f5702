using System.Net;

namespace DataHub.Host.Enrolment;

/// <summary>
/// Bounds wrong tokens by address: ten in ten minutes, then nothing from there until the ten minutes are over. Right tokens cost nothing, so that a whole county may enrol through one address.
/// </summary>
internal sealed class TokenGuesses(TimeProvider time)
{
    public const int Most = 10;

    private const int MostPlaces = 10_000;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Guesses> _places = new(StringComparer.Ordinal);

    /// <summary>How long an address is shut out; zero where it is not.</summary>
    public TimeSpan ShutOutFor(IPAddress? address)
    {
        lock (_gate)
        {
            return _places.TryGetValue(PlaceOf(address), out var guesses) && guesses.Count >= Most && Left(guesses) > TimeSpan.Zero ? Left(guesses) : TimeSpan.Zero;
        }
    }

    /// <summary>Counts a wrong token.</summary>
    /// <returns>Whether it is the one that shuts the address out.</returns>
    public bool Count(IPAddress? address)
    {
        lock (_gate)
        {
            var place = PlaceOf(address);
            var guesses = _places.TryGetValue(place, out var before) && Left(before) > TimeSpan.Zero ? before : new Guesses(0, time.GetUtcNow());
            if (_places.Count >= MostPlaces)
            {
                Forget();
            }

            _places[place] = guesses with { Count = guesses.Count + 1 };
            return guesses.Count + 1 == Most;
        }
    }

    // An attacker has a whole IPv6 network of 64 bits to himself.
    private static string PlaceOf(IPAddress? address)
    {
        if (address is null)
        {
            return "";
        }

        var bytes = (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).GetAddressBytes();
        return Convert.ToHexString(bytes.AsSpan(0, bytes.Length == 16 ? 8 : 4));
    }

    private TimeSpan Left(Guesses guesses) => guesses.Since + Window - time.GetUtcNow();

    private void Forget()
    {
        foreach (var (place, _) in _places.Where(place => Left(place.Value) <= TimeSpan.Zero).ToList())
        {
            _places.Remove(place);
        }

        if (_places.Count >= MostPlaces)
        {
            // So many addresses at once are one attacker's; whom it forgets has to guess ten times more.
            _places.Clear();
        }
    }

    private sealed record Guesses(int Count, DateTimeOffset Since);
}
