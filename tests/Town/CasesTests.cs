using System.Globalization;
using DataHub.Kernel.Identifiers;

namespace DataHub.Town.Tests;

public sealed class CasesTests(TownFixture town)
{
    private TownCases Cases => town.Manifest.Cases;

    private IEnumerable<TownPerson> Residents =>
    [
        Cases.PropertyOwner.Person, Cases.NonOwner, Cases.CoOwners.First, Cases.CoOwners.Second, Cases.Married.Person, Cases.Married.Spouse,
        Cases.Insured.Person, Cases.NewlyInsured.Person, Cases.LegalRep.Person, Cases.SoleTrader.Person, Cases.MiddleDot, Cases.Builder,
    ];

    [Fact]
    public void People_OfAllCases_AreDifferentRegisteredResidents()
    {
        Assert.Distinct(Residents.Select(p => p.Id));
        Assert.All(Residents, p =>
        {
            var row = Assert.Single(town.Rows.Population, r => r["resident_id"] == p.Id);
            Assert.Equal((p.Name, p.Gender, p.BirthDate.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), "10"), (row["full_name"], row["gender"], row["birth_date"], row["person_status"]));
        });
    }

    [Fact]
    public void Rows_AboutPeopleOfCases_CarryNoFault()
    {
        var ids = Residents.Select(p => p.Id).ToHashSet();
        var rows = town.Rows.All.Where(r => r.Row.Fields.Values.Any(v => ids.Any(id => v.Contains(id, StringComparison.Ordinal)))).ToList();
        Assert.True(rows.Count >= ids.Count);
        Assert.All(rows, r => Assert.Null(Recogniser.FaultOf(r.Row)));
        Assert.Distinct(rows.Select(r => r.Row.Text));
    }

    [Fact]
    public void PropertyOwner_InTheRegister_HoldsOneCurrentRightAlone()
    {
        var row = Assert.Single(Rights(Cases.PropertyOwner.Person));
        Assert.Equal(("1", "0"), (row["right_status"], row["ownership_mode"]));
        Assert.Equal((Cases.PropertyOwner.UnitCode, Cases.PropertyOwner.CertificateNo, Cases.PropertyOwner.Location), (row["unit_code"], row["certificate_no"], row["location"]));
        Assert.Equal(Cases.PropertyOwner.Person.Name, row.Owners[0][0]);
    }

    [Fact]
    public void CoOwners_InTheRegister_HoldOneCurrentRightTogether()
    {
        var row = Assert.Single(Rights(Cases.CoOwners.First));
        Assert.Equal(row, Assert.Single(Rights(Cases.CoOwners.Second)));
        Assert.Equal(("1", "1", Cases.CoOwners.UnitCode, Cases.CoOwners.CertificateNo), (row["right_status"], row["ownership_mode"], row["unit_code"], row["certificate_no"]));
    }

    [Fact]
    public void NonOwner_InTheRegister_DoesNotOccur() => Assert.Empty(Rights(Cases.NonOwner));

    [Fact]
    public void UnknownPerson_InAllFiles_DoesNotOccur()
    {
        var id = Cases.UnknownPerson.Id;
        Assert.True(ResidentId.Check(id, TownFixture.Today).IsValid);
        Assert.DoesNotContain(town.Rows.All, r => r.Row.Fields.Values.Any(v => v.Contains(id[..17], StringComparison.Ordinal)));
    }

    [Fact]
    public void Married_InThePopulation_AreACoupleOfOneHousehold()
    {
        var (person, spouse) = (Resident(Cases.Married.Person), Resident(Cases.Married.Spouse));
        Assert.Equal((Cases.Married.MaritalStatus, person["household_no"]), (person["marital_status"], spouse["household_no"]));
        Assert.Matches(@"\A2[0-3]\z", person["marital_status"]);
        Assert.Equal(person["marital_status"], spouse["marital_status"]);
        Assert.NotEqual(person["gender"], spouse["gender"]);
    }

    [Fact]
    public void Insured_InTheFile_PaidForTwelveMonthsOrMore()
    {
        var row = Pension(Cases.Insured);
        Assert.True(int.Parse(row["paid_months"], CultureInfo.InvariantCulture) >= 12);
    }

    [Fact]
    public void NewlyInsured_InTheFile_PaidForFewerThanTwelveMonthsOfAnything()
    {
        Pension(Cases.NewlyInsured);
        var months = town.Rows.Spells.Where(s => s["id_no"] == Cases.NewlyInsured.Person.Id).Select(s => int.Parse(s["paid_months"], CultureInfo.InvariantCulture));
        Assert.All(months, m => Assert.InRange(m, 1, 11));
    }

    [Theory]
    [InlineData("91")]
    [InlineData("92")]
    public void Company_OfCase_IsActiveAndRepresentedByThePerson(string prefix)
    {
        var company = prefix == "91" ? Cases.LegalRep : Cases.SoleTrader;
        var row = Assert.Single(town.Rows.Entities, e => e["uscc"] == company.Uscc);
        Assert.StartsWith(prefix, company.Uscc, StringComparison.Ordinal);
        Assert.Equal((company.CompanyName, company.Person.Id, company.Person.Name, "1"), (row["name"], row["legal_rep_id_no"], row["legal_rep_name"], row["reg_status"]));
    }

    [Fact]
    public void MiddleDot_Name_HasTheDotOfTheStandard() => Assert.Contains('\u00B7', Cases.MiddleDot.Name);

    [Fact]
    public void Builder_Age_IsWorkingAge() =>
        Assert.InRange(TownFixture.Today.Year - Cases.Builder.BirthDate.Year, 20, 56);

    private TownRow Pension(TownInsuranceCase insured)
    {
        var row = Assert.Single(town.Rows.Spells, s => s["id_no"] == insured.Person.Id && s["insurance_type"] == "110");
        Assert.Equal(
            (insured.AgencyCode, insured.PersonNo, insured.PaidMonths.ToString(CultureInfo.InvariantCulture), "1", "1"),
            (row["agency_code"], row["person_no"], row["paid_months"], row["participation_status"], row["payment_status"]));
        return row;
    }

    private TownRow Resident(TownPerson person) => town.Rows.Population.Single(r => r["resident_id"] == person.Id);

    private List<TownRow> Rights(TownPerson person) => [.. town.Rows.Rights.Where(r => r["owners"].Contains(person.Id, StringComparison.Ordinal))];
}
