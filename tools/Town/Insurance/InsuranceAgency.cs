using System.Globalization;
using Bogus;
using DataHub.Town.Entities;
using DataHub.Town.People;

namespace DataHub.Town.Insurance;

/// <summary>Insures residents: employees in several types, everybody else as residents.</summary>
internal sealed class InsuranceAgency(Randomizer random, IReadOnlyList<LegalEntity> entities, DateOnly asOf)
{
    private readonly LegalEntity[] employers = [.. entities.Where(e => e.IsActive && e.Kind != EntityKind.SoleTrader)];
    private readonly LegalEntity[] companies = [.. entities.Where(e => e.IsActive && e.Kind == EntityKind.Company)];
    private readonly Dictionary<string, string> employerNumbers = entities.Select((entity, i) => (entity.Uscc, Number: i + 1)).ToDictionary(
        e => e.Uscc, e => "DW" + e.Number.ToString("D8", CultureInfo.InvariantCulture), StringComparer.Ordinal);


    private int insured;
    private int employed;

    /// <summary>Exactly so many spells, person by person in a random order.</summary>
    public IEnumerable<Participation> Participations(int count, IReadOnlyList<Resident> residents)
    {
        var eligible = residents.Where(r => r.IsRegistered && r.AgeOn(asOf) >= 1);
        return random.Shuffle(eligible).SelectMany(Insure).Take(count);
    }

    private IEnumerable<Participation> Insure(Resident person)
    {
        var personNo = Registrar.Division + (++insured).ToString("D9", CultureInfo.InvariantCulture);
        return person.AgeOn(asOf) switch
        {
            < 18 => [AsResident(person, personNo, Participation.ResidentMedical)],
            < 22 or > 58 => AsResident(person, personNo),
            _ => random.Int(1, 5) <= 3 ? AsEmployee(person, personNo, employed++) : AsResident(person, personNo),
        };
    }

    private IEnumerable<Participation> AsResident(Resident person, string personNo) =>
        [AsResident(person, personNo, Participation.ResidentPension), AsResident(person, personNo, Participation.ResidentMedical)];

    private Participation AsResident(Resident person, string personNo, string type)
    {
        var minAge = type == Participation.ResidentPension ? 16 : 0;
        var from = Days.Between(random, Days.Later(new DateOnly(2012, 1, 1), person.Birth.AddYears(minAge).AddDays(60)), asOf.AddDays(-40));
        return Spell(person, personNo, type, job: null, firstInsured: from, from, to: null, Standing.Paying, monthsMissed: 0);
    }

    /// <summary>Every twentieth employee is new, the next one settled; the rest have the careers that occur.</summary>
    private IEnumerable<Participation> AsEmployee(Resident person, string personNo, int number) => (number % 20) switch
    {
        3 => Types(person, personNo, NewJob(companies, asOf.AddMonths(-random.Int(2, 10))), Standing.Paying),
        4 => Types(person, personNo, NewJob(companies, LongAgo(person)), Standing.Paying),
        5 or 6 => WithEarlierSpell(person, personNo, NewJob(companies, LongAgo(person))),
        7 => Types(person, personNo, NewJob(employers, LongAgo(person)), Standing.Suspended),
        8 when random.Bool() => Types(person, personNo, NewJob(employers, LongAgo(person)), Standing.Ended),
        _ => Types(person, personNo, NewJob(employers, LongAgo(person)), Standing.Paying),
    };

    private DateOnly LongAgo(Resident person) =>
        Days.Between(random, Days.Later(new DateOnly(1998, 1, 1), person.Birth.AddYears(18)), asOf.AddMonths(-14));

    private Job NewJob(LegalEntity[] among, DateOnly firstWorkDay)
    {
        var employer = random.ArrayElement(among);
        return new Job(employer, employerNumbers[employer.Uscc], firstWorkDay);
    }

    private IEnumerable<Participation> Types(Resident person, string personNo, Job job, Standing standing)
    {
        var from = job.FirstWorkDay;
        DateOnly? to = standing == Standing.Paying ? null : Days.Between(random, from.AddMonths(6), asOf.AddDays(-10));
        foreach (var type in TypesOf(job.Employer))
        {
            yield return Spell(person, personNo, type, job, from, from, to, standing, random.Int(0, 1));
        }
    }

    private IEnumerable<string> TypesOf(LegalEntity employer)
    {
        var pension = employer.Kind == EntityKind.Institution ? Participation.InstitutionPension : Participation.EmployeePension;
        return random.Bool() ? [pension, Participation.EmployeeMedical] : [pension, Participation.EmployeeMedical, "210", "410"];
    }

    /// <summary>Pension in two spells with a gap between them.</summary>
    private IEnumerable<Participation> WithEarlierSpell(Resident person, string personNo, Job job)
    {
        var first = job.FirstWorkDay;
        var changed = Days.Between(random, first.AddMonths(4), asOf.AddMonths(-6));
        yield return Spell(person, personNo, Participation.EmployeePension, job, first, first, changed, Standing.Ended, 0);
        yield return Spell(person, personNo, Participation.EmployeePension, job, first, changed.AddMonths(2), null, Standing.Paying, 0);
        yield return Spell(person, personNo, Participation.EmployeeMedical, job, first, first, null, Standing.Paying, 0);
    }

    private Participation Spell(
        Resident person, string personNo, string type, Job? job, DateOnly firstInsured, DateOnly from, DateOnly? to, Standing standing, int monthsMissed) => new()
        {
            Person = person,
            PersonNo = personNo,
            InsuranceType = type,
            Job = job,
            FirstInsured = firstInsured,
            Standing = standing,
            From = from,
            To = to,
            PaidMonths = Math.Max(1, Days.MonthsBetween(from, to ?? asOf) - monthsMissed),
            UpdatedAt = Days.MomentBetween(random, to ?? Days.Later(from, asOf.AddYears(-1)), asOf.AddDays(-1)),
        };
}
