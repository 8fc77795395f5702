using System.Globalization;
using DataHub.Kernel.Identifiers;

namespace DataHub.Town.Tests;

/// <summary>Rows without a fault keep every rule of the base libraries.</summary>
public sealed class GoodRowsTests(TownFixture town)
{
    private static readonly DateOnly Today = TownFixture.Today;

    private IReadOnlyList<TownRow> Residents => Good(town.Rows.Population);

    private IReadOnlyList<TownRow> Entities => Good(town.Rows.Entities);

    private IReadOnlyList<TownRow> Rights => Good(town.Rows.Rights);

    private IReadOnlyList<TownRow> Spells => Good(town.Rows.Spells);

    [Fact]
    public void Residents_Identifiers_AreValidAndAgreeWithTheRow()
    {
        Assert.All(Residents, r =>
        {
            var id = r["resident_id"];
            Assert.True(ResidentId.Check(id, Today).IsValid);
            Assert.Equal((ResidentId.Sex(id), ResidentId.BirthDate(id)), (r["gender"], Date(r["birth_date"])));
            Assert.True(r["legacy_id_15"].Length == 0 || ResidentId.Upgrade15(r["legacy_id_15"]) == id);
            Assert.True(Divisions.IsCurrent(r["domicile_division"]) && Divisions.IsCurrent(r["residence_division"]));
            Assert.Equal("CHN", r["nationality"]);
        });
        Assert.Equal(Residents.Count, Residents.DistinctBy(r => r["resident_id"]).Count());
        Assert.Contains(Residents, r => r["legacy_id_15"].Length == 15);
    }

    [Fact]
    public void Residents_Status_AgreesWithDatesAndAge()
    {
        Assert.All(Residents, r =>
        {
            Assert.Equal(r["person_status"] == "30", r["death_date"].Length > 0);
            Assert.True(r["death_date"].Length == 0 || (Date(r["death_date"]) >= Date(r["birth_date"]) && Date(r["death_date"]) <= Today));
            Assert.True(r["marital_status"][0] != '2' || Date(r["birth_date"]).AddYears(r["gender"] == "1" ? 22 : 20) <= Today);
            Assert.Matches(@"\A(1[3-9][0-9]{9})?\z", r["mobile_phone"]);
            Assert.InRange(Date(r["birth_date"]).Year, 1930, 2024);
        });
        Assert.Contains(Residents, r => r["person_status"] == "30");
    }

    [Fact]
    public void Households_Heads_AreOneEach() =>
        Assert.All(town.Rows.Population.DistinctBy(r => r.Text).GroupBy(r => r["household_no"]), g => Assert.Single(g, r => r["household_relation"] == "02"));

    [Fact]
    public void Entities_Codes_AreValidAndAgreeWithTheRow()
    {
        Assert.All(Entities, e =>
        {
            var uscc = e["uscc"];
            Assert.True(Uscc.Check(uscc).IsValid && OrgCode.Check(e["org_code"]).IsValid);
            Assert.Equal((uscc.Substring(8, 9), uscc[..1]), (e["org_code"], e["reg_authority"]));
            Assert.True(ResidentId.Check(e["legal_rep_id_no"], Today).IsValid);
            Assert.Equal(e["reg_status"] is "3" or "4", e["cancelled_on"].Length > 0);
            Assert.Equal(e["registered_capital"].Length > 0, e["capital_currency"].Length > 0);
            Assert.True(Date(e["established_on"]) <= Today && Date(e["source_updated_on"]) <= Today && Divisions.IsCurrent(e["registered_division"]));
            Assert.True(e["term_to"].Length == 0 || Date(e["term_to"]) > Date(e["term_from"]));
        });
        Assert.Equal(["12", "91", "92"], Entities.Select(e => e["uscc"][..2]).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void LegalReps_OfEntities_AreResidentsUnderTheSameName()
    {
        var names = Names();
        Assert.All(Entities.Where(e => names.ContainsKey(e["legal_rep_id_no"])), e => Assert.Equal(names[e["legal_rep_id_no"]], e["legal_rep_name"]));
        Assert.True(Entities.Count(e => names.ContainsKey(e["legal_rep_id_no"])) > Entities.Count * 0.9);
    }

    [Fact]
    public void Rights_Codes_AreValidAndAgreeWithTheRow()
    {
        Assert.All(Rights, r =>
        {
            Assert.True(RealPropertyUnit.Check(r["unit_code"]).IsValid && RealPropertyCertNo.Check(r["certificate_no"], Today).IsValid);
            Assert.True(Uscc.Check(r["registrar_uscc"]).IsValid && Divisions.IsCurrent(r["division"]));
            Assert.StartsWith(r["division"], r["unit_code"], StringComparison.Ordinal);
            Assert.All(r.Owners, o => Assert.True(o[1] == "001" ? Uscc.Check(o[2]).IsValid : o[1] == "111" && ResidentId.Check(o[2], Today).IsValid));
        });
        Assert.Equal(Rights.Count, Rights.DistinctBy(r => (r["unit_code"], r["certificate_no"])).Count());
        Assert.All(Rights.Where(r => r["right_status"] == "1").GroupBy(r => r["unit_code"]), g => Assert.Single(g));
    }

    [Fact]
    public void Rights_Shares_StandOnlyByModeTwoAndSumToOne()
    {
        Assert.All(Rights, r => Assert.Equal(r["ownership_mode"] == "2", r.Owners.All(o => o[3].Length > 0)));
        Assert.All(Rights.Where(r => r["ownership_mode"] == "2"), r => Assert.True(Recogniser.AddUpToOne(r.Owners.Select(o => o[3]))));
        Assert.All(Rights, r => Assert.Equal(r["ownership_mode"] == "0", r.Owners.Length == 1));
        Assert.Contains(Rights, r => r["owners"].Contains("|1/3", StringComparison.Ordinal));
    }

    [Fact]
    public void Rights_Dates_AreInOrder() => Assert.All(Rights, r =>
    {
        var registered = DateTimeOffset.Parse(r["registered_at"], CultureInfo.InvariantCulture);
        Assert.True(Date(r["issued_on"]) >= DateOnly.FromDateTime(registered.DateTime) && Date(r["issued_on"]) <= Today);
        Assert.Equal(registered.Year.ToString(CultureInfo.InvariantCulture), r["certificate_no"][2..6]);
        Assert.True(r["use_from"].Length == 0 || Date(r["use_from"]) <= Date(r["use_to"]));
    });

    [Fact]
    public void Rights_Owners_AreResidentsCompaniesAndFormerOnes()
    {
        var names = Names();
        var companies = Entities.ToDictionary(e => e["uscc"], e => e["name"]);
        Assert.Contains(Rights, r => companies.TryGetValue(r.Owners[0][2], out var name) && name == r.Owners[0][0]);
        Assert.Contains(Rights, r => r["right_status"] == "2");
        Assert.True(Rights.Count(r => names.ContainsKey(r.Owners[0][2])) > Rights.Count * 0.8);
        Assert.Contains(Rights, r => Residents.Any(p => p["domicile_address"] == r["location"]));
    }

    [Fact]
    public void Spells_Fields_AgreeWithTheNumber() => Assert.All(Spells, s =>
    {
        Assert.True(SocialSecurityNo.Check(s["social_security_no"], Today).IsValid);
        Assert.Equal((s["social_security_no"], ResidentId.Sex(s["id_no"]), ResidentId.BirthDate(s["id_no"])), (s["id_no"], s["gender"], Date(s["birth_date"])));
        Assert.True(s["employer_uscc"].Length == 0 || Uscc.Check(s["employer_uscc"]).IsValid);
        Assert.True(Divisions.IsCurrent(s["division"]));
    });

    [Fact]
    public void Spells_Dates_AreInOrderAndNotAfterTheWatermark()
    {
        var asOf = Today.AddDays(-60);
        Assert.All(Spells, s =>
        {
            Assert.Equal(s["payment_status"] == "1", s["spell_to"].Length == 0);
            Assert.True(Date(s["spell_from"]) <= asOf && (s["spell_to"].Length == 0 || (Date(s["spell_to"]) <= asOf && Date(s["spell_to"]) >= Date(s["spell_from"]))));
            Assert.True(s["first_work_date"].Length == 0 || string.CompareOrdinal(s["first_insured_month"], Month(s["first_work_date"])) >= 0);
            Assert.True(string.CompareOrdinal(s["first_insured_month"], Month(s["spell_from"])) <= 0);
            Assert.True(s["first_work_date"].Length == 0 || Date(s["birth_date"]) < Date(s["first_work_date"]));
            Assert.InRange(int.Parse(s["paid_months"], CultureInfo.InvariantCulture), 1, 999);
        });
    }

    [Fact]
    public void Spells_OfOnePersonAndType_DoNotOverlap()
    {
        var several = Spells.GroupBy(s => (s["person_no"], s["insurance_type"])).Where(g => g.Count() > 1).ToList();
        Assert.NotEmpty(several);
        Assert.All(several, g =>
        {
            var spells = g.OrderBy(s => s["spell_from"], StringComparer.Ordinal).ToList();
            Assert.All(spells.Zip(spells.Skip(1)), p => Assert.True(Date(p.First["spell_to"]) < Date(p.Second["spell_from"])));
        });
    }

    private Dictionary<string, string> Names() => Residents.ToDictionary(r => r["resident_id"], r => r["full_name"], StringComparer.Ordinal);

    private static IReadOnlyList<TownRow> Good(IReadOnlyList<TownRow> rows) => [.. rows.DistinctBy(r => r.Text).Where(r => Recogniser.FaultOf(r) is null)];

    private static DateOnly Date(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Month(string date) => date[..7].Replace("-", "", StringComparison.Ordinal);
}
