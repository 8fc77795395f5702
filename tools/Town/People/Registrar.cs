using System.Globalization;
using Bogus;

namespace DataHub.Town.People;

/// <summary>Enters people into the register: numbers, addresses, status. Keeps all cross-field rules of the population base library.</summary>
internal sealed class Registrar(Randomizer random, NameBook names, DateOnly today)
{
    /// <summary>The division that carries the town.</summary>
    public const string Division = "330382";

    // Where people were first registered; two of these codes are no longer in force.
    private static readonly string[] Elsewhere = ["330302", "330381", "330327", "341225", "360722", "420984", "110228", "513021"];

    private static readonly string[] Neighbours = ["330302", "330381"];

    private static readonly DateOnly EndOfLegacyNumbers = new(1999, 10, 1);

    private readonly ResidentNumbers numbers = new(random);

    public IEnumerable<Resident> Register(int householdNumber, Address home, IEnumerable<Persona> family)
    {
        var householdNo = $"{Division}{householdNumber + 1:D8}";
        return family.Select(persona => Register(persona, householdNo, home.Text));
    }

    public TownPerson Stranger()
    {
        var birth = Days.InYear(random, 1985);
        return new TownPerson("111", numbers.Issue(Division, birth, male: false), names.Surname() + names.Given(male: false, birth.Year), "2", birth);
    }

    private Resident Register(Persona persona, string householdNo, string address)
    {
        var id = numbers.Issue(random.Int(1, 9) == 1 ? random.ArrayElement(Elsewhere) : Division, persona.Birth, persona.Male);
        var age = Days.Age(persona.Birth, today);
        var movedOut = random.Int(1, 12) == 1;
        return new Resident
        {
            Id = id,
            Name = persona.Name,
            FormerName = age > 18 && random.Int(1, 50) == 1 ? names.Surname() + names.Given(persona.Male, persona.Birth.Year) : "",
            Male = persona.Male,
            EthnicGroup = persona.EthnicGroup,
            Birth = persona.Birth,
            MaritalStatus = persona.MaritalStatus,
            Education = Education(age),
            DomicileAddress = address,
            HouseholdNo = householdNo,
            Relation = persona.Relation,
            ResidenceDivision = movedOut ? random.ArrayElement(Neighbours) : Division,
            ResidenceAddress = movedOut ? $"学院路{random.Int(1, 999)}号{random.Int(1, 30)}幢{random.Int(101, 1804)}室" : address,
            Phone = age < 14 ? "" : "19900" + random.Int(0, 999_999).ToString("D6", CultureInfo.InvariantCulture),
            Status = persona.Death is not null ? Resident.Dead : Status(),
            Death = persona.Death,
            LegacyId = persona.Birth < EndOfLegacyNumbers && random.Int(1, 3) == 1 ? LegacyId(id) : "",
            UpdatedAt = Days.MomentBetween(random, persona.Death ?? Days.Later(persona.Birth, today.AddYears(-3)), today.AddDays(-1)),
        };
    }

    private string Status() => random.Int(1, 200) switch { <= 3 => Resident.MovedAway, 4 => Resident.SettledAbroad, _ => Resident.Registered };

    private string Education(int age) => age switch
    {
        < 12 => "",
        < 16 => "81",
        < 19 => "71",
        < 35 => random.ArrayElement(["21", "21", "21", "31", "31", "61", "41", "14", "11"]),
        < 60 => random.ArrayElement(["21", "31", "61", "41", "71", "71"]),
        _ => random.ArrayElement(["61", "71", "81", "81", "90"]),
    };

    /// <summary>The number of 15 places that was upgraded to this one.</summary>
    internal static string LegacyId(string id) => id[..6] + id[8..17];
}
