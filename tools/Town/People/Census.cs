using Bogus;

namespace DataHub.Town.People;

/// <summary>Peoples the town: households of couples, single people, children and grandparents.</summary>
internal sealed class Census(Randomizer random, NameBook names, AddressBook addresses, DateOnly today)
{
    private const int FirstBirthYear = 1930;
    private const int LastBirthYear = 2024;

    private readonly Registrar registrar = new(random, names, today);

    /// <summary>Households with exactly so many residents; the last one is cut where the number is reached.</summary>
    public IEnumerable<Household> Households(int residents)
    {
        for (var (number, left) = (0, residents); left > 0; number++)
        {
            var home = addresses.Home();
            Resident[] members = [.. registrar.Register(number, home, Family(number)).Take(left)];
            left -= members.Length;
            yield return new Household(home, members);
        }
    }

    /// <summary>Somebody with a valid number who does not live here.</summary>
    public TownPerson Stranger() => registrar.Stranger();

    private List<Persona> Family(int number)
    {
        var lineage = new Lineage(number, names, random);
        var head = Head(lineage);
        return random.Int(1, 5) == 1 ? [Single(head)] : Couple(lineage, head);
    }

    private Persona Head(Lineage lineage)
    {
        var newest = today.Year - 26;
        var birth = Days.InYear(random, random.Int(1, 8) == 1 ? random.Int(FirstBirthYear, 1949) : random.Int(1950, newest));
        var male = random.Int(1, 5) > 1;
        return new Persona(lineage.Name(male, birth.Year), male, birth, lineage.EthnicGroup, Relations.Head, Marriage.Never);
    }

    private Persona Single(Persona head) =>
        head with { MaritalStatus = head.Birth.Year > today.Year - 40 ? Marriage.Never : random.ArrayElement([Marriage.Divorced, Marriage.Widowed]) };

    private List<Persona> Couple(Lineage lineage, Persona head)
    {
        var spouse = Spouse(lineage, head);
        var married = head with { MaritalStatus = spouse.Death is null ? spouse.MaritalStatus : Marriage.Widowed };
        return [married, spouse, .. Children(lineage, Days.Later(head.Birth, spouse.Birth)), .. Parents(lineage, head)];
    }

    private Persona Spouse(Lineage lineage, Persona head)
    {
        var year = Math.Clamp(head.Birth.Year + random.Int(-4, 3), FirstBirthYear, today.Year - 25);
        var birth = Days.InYear(random, year);
        var spouse = new Persona(lineage.SpouseName(!head.Male, year), !head.Male, birth, lineage.EthnicGroup, Relations.Spouse, Marriage.Current(random));
        return year < today.Year - 55 && random.Int(1, 10) == 1 ? Died(spouse) : spouse;
    }

    /// <summary>Children up to 25; older ones have left.</summary>
    private IEnumerable<Persona> Children(Lineage lineage, DateOnly youngerParent)
    {
        var newest = Math.Min(LastBirthYear, today.Year - 1);
        var first = youngerParent.Year + random.Int(23, 30);
        var years = Enumerable.Range(0, random.Int(0, 3)).Select(i => first + (i * 3) + random.Int(0, 1));
        foreach (var year in years.Where(y => y >= today.Year - 25 && y <= newest).ToList())
        {
            var male = random.Bool();
            yield return new Persona(
                lineage.Name(male, year), male, Days.InYear(random, year), lineage.EthnicGroup, male ? Relations.Son : Relations.Daughter, Marriage.Never);
        }
    }

    private List<Persona> Parents(Lineage lineage, Persona head)
    {
        var year = head.Birth.Year - random.Int(24, 32);
        if (year < FirstBirthYear || random.Int(1, 3) > 1)
        {
            return [];
        }

        var father = Parent(lineage.Name(male: true, year), male: true, year);
        var mother = Parent(lineage.SpouseName(male: false, year), male: false, Math.Max(FirstBirthYear, year + random.Int(-2, 4)));
        return random.Int(1, 3) switch
        {
            1 => [Died(father), mother with { MaritalStatus = Marriage.Widowed }],
            2 => [father with { MaritalStatus = Marriage.Widowed }, Died(mother)],
            _ => [father, mother],
        };

        Persona Parent(string name, bool male, int birthYear) =>
            new(name, male, Days.InYear(random, birthYear), lineage.EthnicGroup, Relations.Parent, Marriage.First);
    }

    private Persona Died(Persona persona) => persona with { Death = Days.Between(random, today.AddYears(-4), today.AddDays(-2)) };
}
