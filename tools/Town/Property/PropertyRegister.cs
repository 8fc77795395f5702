using System.Globalization;
using Bogus;
using DataHub.Town.Entities;
using DataHub.Town.People;

namespace DataHub.Town.Property;

/// <summary>Registers rights: homes of households, second homes, works of companies, and who held some of them before.</summary>
internal sealed class PropertyRegister(Randomizer random, AddressBook addresses, DateOnly today)
{
    private const int MinAgeOfOwner = 22;
    private const int AgeAtUnifiedRegistration = 40;

    private static readonly DateOnly UnifiedRegistration = new(2015, 3, 1);

    private readonly Cadastre cadastre = new(random);
    private readonly Dictionary<int, int> certificates = [];
    private int cases;

    /// <summary>Exactly so many entries, as long as there are households.</summary>
    public IEnumerable<PropertyRight> Rights(int count, IReadOnlyList<Household> households, IReadOnlyList<LegalEntity> entities) =>
        Units(households, [.. entities.Where(e => e.IsActive && e.Kind == EntityKind.Company)]).SelectMany(History).Take(count);

    /// <summary>Units and who holds them now, without end; the households in a random order, most with their home.</summary>
    private IEnumerable<(PropertyUnit Unit, Title Title, DateOnly From, Title? Before)> Units(IReadOnlyList<Household> households, LegalEntity[] companies)
    {
        Household[] owning = [.. random.Shuffle(households.Where(h => Adults(h).Count > 0))];
        Resident[] formerOwners = [.. owning.Select(h => h.Head).Where(r => r.IsRegistered && r.AgeOn(today) > AgeAtUnifiedRegistration)];
        for (var (i, home) = (0, 0); ; i++)
        {
            if (i % 20 == 0)
            {
                var company = random.ArrayElement(companies);
                yield return (cadastre.Works(addresses.Premises()), Title.OfOne(Owner.Of(company)), company.Established, null);
                continue;
            }

            var second = i % 20 < 4 || home == owning.Length;
            // Second homes belong to those who own already, so that some people own nothing.
            var household = second ? owning[random.Int(0, Math.Max(0, home - 1))] : owning[home++];
            var adults = Adults(household);
            var unit = cadastre.Home(second ? addresses.Home() : household.Home);
            var before = random.Int(1, 12) == 1 ? Title.OfOne(Owner.Of(random.ArrayElement(formerOwners))) : null;
            yield return (unit, Title.Among(random, adults), adults.Max(a => a.Birth).AddYears(18), before);
        }
    }

    private List<Resident> Adults(Household household) => [.. household.Members.Where(m => m.IsRegistered && m.AgeOn(today) >= MinAgeOfOwner)];

    private IEnumerable<PropertyRight> History((PropertyUnit Unit, Title Title, DateOnly From, Title? Before) sale)
    {
        var (unit, title, from, before) = sale;
        var on = Days.Between(random, Days.Later(from, UnifiedRegistration.AddYears(3)), today.AddDays(-20));
        if (before is not null)
        {
            yield return Register(unit, before, "100", PropertyRight.Historical, Days.Between(random, UnifiedRegistration, on.AddDays(-60)));
        }

        yield return Register(unit, title, before is null ? random.ArrayElement(["100", "200", "300"]) : "200", PropertyRight.Current, on);
    }

    private PropertyRight Register(PropertyUnit unit, Title title, string type, string status, DateOnly on)
    {
        var isCurrent = status == PropertyRight.Current;
        var issued = on.AddDays(random.Int(0, 6));
        return new PropertyRight
        {
            Unit = unit,
            Title = title,
            CertificateNo = NextCertificate(on.Year),
            CaseNo = string.Create(CultureInfo.InvariantCulture, $"{on.Year}{++cases:D8}"),
            RegistrationType = type,
            RegisteredAt = Days.MomentBetween(random, on, on),
            IssuedOn = issued,
            Mortgaged = isCurrent && random.Int(1, 4) == 1,
            Sealed = isCurrent && random.Int(1, 100) == 1,
            Disputed = isCurrent && random.Int(1, 300) == 1,
            Status = status,
            UpdatedAt = Days.MomentBetween(random, issued, today.AddDays(-1)),
        };
    }

    private string NextCertificate(int year)
    {
        certificates[year] = certificates.GetValueOrDefault(year) + 1;
        return $"浙({year})清河市不动产权第{certificates[year]:D7}号";
    }
}
