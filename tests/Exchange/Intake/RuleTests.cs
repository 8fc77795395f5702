using System.Text.Json;
using DataHub.Exchange.Quality;

namespace DataHub.Exchange.Tests.Intake;

/// <summary>Every rule word of rules.json: a row that it lets pass, and one that it finds.</summary>
public sealed class RuleTests
{
    private static readonly Dictionary<string, (Record Passes, Record Fails, string Field)[]> Cases = new()
    {
        ["required"] =
        [
            (Rows.Person(), Rows.Person(p => p.FullName = " \u3000"), "full_name"),
            (Rows.Property(), Rows.Property(p => p.Owners.Clear()), "owners"),
            (Rows.Property(), Rows.Property(p => p.Owners[0].IdNo = ""), "owners[0].id_no"),
        ],
        ["length"] =
        [
            (Rows.Person(p => p.DomicileAddress = new string('路', 200)), Rows.Person(p => p.DomicileAddress = new string('路', 201)), "domicile_address"),
            (Rows.Person(p => p.DomicileAddress = string.Concat(Enumerable.Repeat("𠮷", 200))), Rows.Person(p => p.DomicileAddress = string.Concat(Enumerable.Repeat("𠮷", 201))), "domicile_address"),
            (Rows.Property(), Rows.Property(p => p.Owners.Add(Enumerable.Range(0, 200).Select(_ => Rows.Owner("李四", Rows.Resident(981))))), "owners"),
        ],
        ["type"] =
        [
            (Rows.Person(p => p.DeathDate = "2024-02-29"), Rows.Person(p => p.DeathDate = "2023-02-30"), "death_date"),
            (Rows.Insurance(), Rows.Insurance(i => i.FirstInsuredMonth = "199013"), "first_insured_month"),
            (Rows.Insurance(), Rows.Insurance(i => i.PaidMonths = "1.5"), "paid_months"),
            (Rows.Property(), Rows.Property(p => p.BuildingArea = "255.875"), "building_area"),
            (Rows.Property(p => p.Mortgaged = "true"), Rows.Property(p => p.Mortgaged = "是"), "mortgaged"),
            (Rows.Property(p => p.RegisteredAt = "2017-03-01T10:00:00.5+08:00"), Rows.Property(p => p.RegisteredAt = "2017-03-01 10:00"), "registered_at"),
        ],
        ["charset"] =
        [
            (Rows.Person(p => p.DomicileAddress = "一号\r\n二室\t东"), Rows.Person(p => p.DomicileAddress = "一号\0二室"), "domicile_address"),
            (Rows.Person(), Rows.Person(p => p.DomicileAddress = "一号\ufffd二室"), "domicile_address"),
            (Rows.Person(p => p.FullName = "买买提·阿里"), Rows.Person(p => p.FullName = "张3丰"), "full_name"),
        ],
        ["identifier"] =
        [
            (Rows.Person(), Rows.Person(p => p.ResidentId = "110105194912310021"), "resident_id"),
            (Rows.Entity(), Rows.Entity(e => e.LegalRepIdNo = "110105194912310021"), "legal_rep_id_no"),
            (Rows.Entity(e => (e.LegalRepIdType, e.LegalRepIdNo) = ("414", "E12345678")), Rows.Entity(e => e.OrgCode = "799655050"), "org_code"),
            (Rows.Person(), Rows.Person(p => p.DomicileDivision = "33038"), "domicile_division"),
        ],
        ["code_list"] = [(Rows.Person(p => p.EthnicGroup = "56"), Rows.Person(p => p.EthnicGroup = "57"), "ethnic_group")],
        ["unknown_division"] = [(Rows.Person(), Rows.Person(p => p.DomicileDivision = "339999"), "domicile_division")],
        ["unknown_insurance_type"] = [(Rows.Insurance(i => i.InsuranceType = "510"), Rows.Insurance(i => i.InsuranceType = "511"), "insurance_type")],
        ["standard_form"] = [(Rows.Person(), Rows.Person(p => p.ResidentId = "11010519491231002x"), "resident_id")],
        ["wrong_body"] = [(Rows.Person(), new Record(), "")],
        ["valid_dates"] =
        [
            (With(Rows.Person(), r => (r.ValidFrom, r.ValidTo) = ("2020-01-01", "2020-01-01")), With(Rows.Person(), r => (r.ValidFrom, r.ValidTo) = ("2020-01-02", "2020-01-01")), "valid_to"),
            (Rows.Person(), With(Rows.Person(), r => r.ValidFrom = "2020-1-1"), "valid_from"),
            (Rows.Entity(), Rows.Entity(e => e.TermTo = "2007-03-01"), "term_to"),
            (Rows.Property(p => p.UseTo = p.UseFrom), Rows.Property(p => p.UseTo = "2008-08-31"), "use_to"),
        ],
        ["not_future"] =
        [
            (Rows.Entity(e => e.SourceUpdatedOn = "2026-03-01"), Rows.Entity(e => e.SourceUpdatedOn = "2026-03-02"), "source_updated_on"),
            (Rows.Property(p => p.IssuedOn = "2026-03-01"), Rows.Property(p => p.IssuedOn = "2026-03-02"), "issued_on"),
        ],
        ["birth_date_matches_id"] = [(Rows.Person(), Rows.Person(p => p.BirthDate = "1949-12-30"), "birth_date"), (Rows.Insurance(), Rows.Insurance(i => i.BirthDate = "1949-12-30"), "birth_date")],
        ["gender_matches_id"] = [(Rows.Person(), Rows.Person(p => p.Gender = "1"), "gender")],
        ["legacy_id_matches"] = [(Rows.Person(p => p.LegacyId15 = Rows.ZhangLegacy), Rows.Person(p => p.LegacyId15 = "110105491231003"), "legacy_id_15")],
        ["death_date_given"] = [(Rows.Person(p => (p.PersonStatus, p.DeathDate) = ("30", "2020-01-01")), Rows.Person(p => p.PersonStatus = "30"), "death_date")],
        ["death_after_birth"] = [(Rows.Person(p => p.DeathDate = "1949-12-31"), Rows.Person(p => p.DeathDate = "1949-12-30"), "death_date")],
        ["marriage_age"] =
        [
            (Young(2, "20060301"), Young(2, "20060302"), "marital_status"),
            (Young(1, "20040301"), Young(1, "20040302"), "marital_status"),
        ],
        ["org_code_matches_uscc"] = [(Rows.Entity(), Rows.Entity(e => e.OrgCode = "192203821"), "org_code")],
        ["authority_matches_uscc"] = [(Rows.Entity(), Rows.Entity(e => e.RegAuthority = "1"), "reg_authority")],
        ["cancelled_on_given"] = [(Rows.Entity(e => (e.RegStatus, e.CancelledOn) = ("4", "2020-01-01")), Rows.Entity(e => e.RegStatus = "3"), "cancelled_on")],
        ["capital_currency_given"] = [(Rows.Entity(), Rows.Entity(e => e.CapitalCurrency = ""), "capital_currency")],
        ["shares_given"] =
        [
            (Shared("1/3", "1/3", "1/3"), Shared("1/3", "1/3", "0.33"), "owners"),
            (Shared("0.25", "3/4"), Shared("0.5", "0.4"), "owners"),
            (Shared("1"), Shared("1/2", ""), "owners"),
            (Shared("2/4", "0.50"), Shared("1/0", "1"), "owners"),
            (Shared("1/1"), Shared("1/2", "-1/2", "1"), "owners"),
        ],
        ["division_matches_unit"] = [(Rows.Property(), Rows.Property(p => p.Division = "330302"), "division")],
        ["issued_after_registered"] =
        [
            (Rows.Property(p => p.IssuedOn = "2017-03-01"), Rows.Property(p => p.IssuedOn = "2017-02-28"), "issued_on"),

            // 2017-02-28T16:00Z is already 1 March in Shanghai.
            (Rows.Property(p => (p.RegisteredAt, p.IssuedOn) = ("2017-02-28T15:59:59Z", "2017-02-28")), Rows.Property(p => (p.RegisteredAt, p.IssuedOn) = ("2017-02-28T16:00:00Z", "2017-02-28")), "issued_on"),
        ],
        ["area_positive"] = [(Rows.Property(p => p.BuildingArea = "0.01"), Rows.Property(p => p.BuildingArea = "0.00"), "building_area")],
        ["spell_order"] = [(Ended("2010-01-01"), Ended("2009-12-31"), "spell_to")],
        ["spell_open_while_paying"] = [(Rows.Insurance(), Rows.Insurance(i => i.SpellTo = "2020-01-01"), "spell_to")],
        ["id_matches_social_security_no"] = [(Rows.Insurance(i => i.IdNo = Rows.ZhangLegacy), Rows.Insurance(i => i.IdNo = Rows.Resident(981)), "id_no")],
    };

    public static TheoryData<string, int> All => [.. Cases.SelectMany(rule => Enumerable.Range(0, rule.Value.Length).Select(i => (rule.Key, i)))];

    [Theory]
    [MemberData(nameof(All))]
    public void Read_RowThatKeepsTheRule_PassesAndIsCounted(string rule, int at)
    {
        var (passes, _, field) = Cases[rule][at];
        var reading = Reading.Of(passes);
        Assert.Empty(reading.Rejections);
        Assert.DoesNotContain(reading.Draft.Warnings, finding => finding.Rule == rule);
        var (@checked, failed) = reading.Rules.Counts[new Finding(rule, field.Replace("[0]", "[]", StringComparison.Ordinal))];
        Assert.True(@checked > 0);
        Assert.Equal(0, failed);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Read_RowThatBreaksTheRule_IsFoundAtTheField(string rule, int at)
    {
        var (_, fails, field) = Cases[rule][at];
        var draft = Reading.Of(fails).Draft;
        Assert.Contains(new Finding(rule, field), RuleBook.Current[rule].Rejects ? draft.Rejections : draft.Warnings);
    }

    [Fact]
    public void Cases_EveryRuleOfTheBook_HasOne()
    {
        var assembly = typeof(RuleBook).Assembly;
        using var file = assembly.GetManifestResourceStream(assembly.GetManifestResourceNames().Single(name => name.EndsWith("rules.json", StringComparison.Ordinal)))!;
        using var book = JsonDocument.Parse(file);

        // Repeats show only among several rows: ChunkIntakeTests.
        Assert.Equal(book.RootElement.EnumerateObject().Select(rule => rule.Name).Order(), Cases.Keys.Append("duplicate_key").Order());
    }

    [Fact]
    public void Explain_Finding_SaysWhyInBothLanguagesWithoutTheValue()
    {
        var reading = Reading.Of(Rows.Person(p => p.ResidentId = "110105194912310021"));
        var reason = RuleBook.Current.Explain(reading.Draft.Rejections.Single());
        Assert.Equal(("resident_id", "identifier", "号码或代码未通过校验", "fails the check of its kind"), (reason.Field, reason.Rule, reason.MessageZh, reason.MessageEn));
    }

    private static Record With(Record record, Action<Record> change)
    {
        change(record);
        return record;
    }

    private static Record Young(int number, string birth) => Rows.Person(p =>
    {
        (p.ResidentId, p.Gender, p.MaritalStatus, p.Education) = (Rows.Resident(number, birth), number.ToString(System.Globalization.CultureInfo.InvariantCulture), "21", "");
        p.BirthDate = $"{birth[..4]}-{birth[4..6]}-{birth[6..]}";
    });

    private static Record Ended(string spellTo) => Rows.Insurance(i => (i.ParticipationStatus, i.PaymentStatus, i.SpellTo) = ("4", "3", spellTo));

    private static Record Shared(params string[] shares) => Rows.Property(
        p => p.OwnershipMode = "2", [.. shares.Select((share, i) => Rows.Owner("李四", Rows.Resident(981 + i), share))]);
}
