using DataHub.Town.Entities;
using DataHub.Town.Insurance;
using DataHub.Town.People;
using DataHub.Town.Property;

namespace DataHub.Town;

/// <summary>Finds people and companies with known properties, nobody for two cases.</summary>
internal sealed class CasePicker
{
    private const string Pension = Participation.EmployeePension;
    private const int MonthsForBenefits = 12;

    private readonly HashSet<string> taken = new(StringComparer.Ordinal);
    private readonly Settlement town;
    private readonly DateOnly today;
    private readonly Dictionary<string, Resident> residents;
    private readonly ILookup<string, PropertyRight> rights;
    private readonly ILookup<string, Participation> spells;

    private CasePicker(Settlement town, DateOnly today)
    {
        (this.town, this.today) = (town, today);
        residents = town.Residents.ToDictionary(r => r.Id, StringComparer.Ordinal);
        rights = town.Rights.SelectMany(r => r.Owners.Select(o => (o.Id, r))).ToLookup(p => p.Id, p => p.r, StringComparer.Ordinal);
        spells = town.Participations.ToLookup(p => p.Person.Id, StringComparer.Ordinal);
    }

    /// <exception cref="InvalidOperationException">The town is too small for one of them.</exception>
    public static TownCases Pick(Settlement town, DateOnly today)
    {
        var picker = new CasePicker(town, today);
        // The rarest first: arguments are evaluated in this order, and nobody is taken twice.
        return new TownCases(
            NewlyInsured: picker.Insured(months => months < MonthsForBenefits),
            SoleTrader: picker.Company(EntityKind.SoleTrader),
            LegalRep: picker.Company(EntityKind.Company),
            MiddleDot: picker.Person(r => r.Name.Contains('·', StringComparison.Ordinal)),
            Insured: picker.Insured(months => months >= MonthsForBenefits),
            CoOwners: picker.CoOwners(),
            PropertyOwner: picker.PropertyOwner(),
            Married: picker.Married(),
            NonOwner: picker.Person(r => picker.AgeOf(r) > 25 && !picker.rights.Contains(r.Id)),
            Builder: picker.Person(r => picker.AgeOf(r) is >= 20 and <= 55),
            UnknownPerson: town.Stranger);
    }

    /// <summary>Identifiers of everybody and everything in the cases.</summary>
    public static IReadOnlySet<string> Identifiers(TownCases cases) => new HashSet<string>(StringComparer.Ordinal)
    {
        cases.PropertyOwner.Person.Id,
        cases.NonOwner.Id,
        cases.UnknownPerson.Id,
        cases.CoOwners.First.Id,
        cases.CoOwners.Second.Id,
        cases.Married.Person.Id,
        cases.Married.Spouse.Id,
        cases.Insured.Person.Id,
        cases.NewlyInsured.Person.Id,
        cases.LegalRep.Person.Id,
        cases.LegalRep.Uscc,
        cases.SoleTrader.Person.Id,
        cases.SoleTrader.Uscc,
        cases.MiddleDot.Id,
        cases.Builder.Id,
    };

    private TownPropertyCase PropertyOwner()
    {
        var right = First(town.Rights, r => r.Status == PropertyRight.Current && r.Title.OwnershipMode == Title.Sole && HaveNoOtherRight(r));
        return new TownPropertyCase(Take(residents[right.Owners[0].Id]), right.Unit.Code, right.CertificateNo, right.Unit.Address.Text);
    }

    private TownCoOwnersCase CoOwners()
    {
        var right = First(town.Rights, r => r.Status == PropertyRight.Current && r.Title.OwnershipMode == Title.Joint && HaveNoOtherRight(r));
        return new TownCoOwnersCase(Take(residents[right.Owners[0].Id]), Take(residents[right.Owners[1].Id]), right.Unit.Code, right.CertificateNo);
    }

    private bool HaveNoOtherRight(PropertyRight right) =>
        right.Owners.All(o => residents.TryGetValue(o.Id, out var resident) && IsFree(resident) && rights[o.Id].Count() == 1);

    /// <summary>The head of a household stands before the spouse in the register.</summary>
    private TownMarriageCase Married()
    {
        var (head, spouse) = First(
            town.Residents.Zip(town.Residents.Skip(1)),
            pair => pair.Second.Relation == Relations.Spouse && Marriage.IsCurrent(pair.First.MaritalStatus) && IsFree(pair.First) && IsFree(pair.Second));
        return new TownMarriageCase(Take(head), Take(spouse), head.MaritalStatus);
    }

    private TownInsuranceCase Insured(Func<int, bool> hasPaid)
    {
        var spell = First(
            town.Participations,
            p => p.InsuranceType == Pension && p.IsPaying && IsFree(p.Person) && IsAlone(p) && spells[p.Person.Id].All(s => hasPaid(s.PaidMonths)));
        return new TownInsuranceCase(Take(spell.Person), InsuranceTable.AgencyCode, spell.PersonNo, Pension, spell.From, spell.PaidMonths);
    }

    private bool IsAlone(Participation spell) => spells[spell.Person.Id].Count(s => s.InsuranceType == spell.InsuranceType) == 1;

    private TownCompanyCase Company(EntityKind kind)
    {
        var entity = First(town.Entities, e => e.Kind == kind && e.IsActive && IsFree(e.LegalRep));
        return new TownCompanyCase(Take(entity.LegalRep), entity.Uscc, entity.Name);
    }

    private TownPerson Person(Func<Resident, bool> suits) => Take(First(town.Residents, r => IsFree(r) && suits(r)));

    private int AgeOf(Resident resident) => resident.AgeOn(today);

    private bool IsFree(Resident resident) => resident.IsRegistered && !taken.Contains(resident.Id);

    private static T First<T>(IEnumerable<T> among, Func<T, bool> suits)
    {
        foreach (var candidate in among)
        {
            if (suits(candidate))
            {
                return candidate;
            }
        }

        throw new InvalidOperationException("The town is too small to hold every case.");
    }

    private TownPerson Take(Resident resident)
    {
        taken.Add(resident.Id);
        return new TownPerson("111", resident.Id, resident.Name, resident.Gender, resident.Birth);
    }
}
