using System.Globalization;
using DataHub.Town.Faults;
using DataHub.Town.Files;
using DataHub.Town.People;

namespace DataHub.Town.Insurance;

/// <summary>The file of participations, 社会保险参保信息.</summary>
internal static class InsuranceTable
{
    public const string AgencyCode = "33038200";

    private static readonly Cell SocialSecurityNo = Cell.Of("social_security_no");
    private static readonly Cell BothNumbers = Cell.Both("social_security_no", "id_no");

    public static TownTable<Participation> Of(IReadOnlyList<Participation> participations, DateOnly asOf) => new()
    {
        Resource = "insurance_participation",
        Encoding = TownEncoding.Gb18030,
        Watermark = Days.Watermark(asOf),
        Items = participations,
        SourceRecordPrefix = "SB",
        UpdatedAt = p => p.UpdatedAt,
        Mentions = p => [p.Person.Id],
        Columns = Columns,
        Faults = Faults,
    };

    private static readonly Column<Participation>[] Columns =
    [
        new("agency_code", _ => AgencyCode),
        new("person_no", p => p.PersonNo),
        new("social_security_no", p => p.Person.Id),
        new("full_name", p => p.Person.Name),
        new("id_type", _ => "111"),
        new("id_no", p => p.Person.Id),
        new("gender", p => p.Person.Gender),
        new("ethnic_group", p => p.Person.EthnicGroup),
        new("birth_date", p => Days.Text(p.Person.Birth)),
        new("first_work_date", p => Days.Text(p.Job?.FirstWorkDay)),
        new("division", _ => Registrar.Division),
        new("employer_no", p => p.Job?.EmployerNo ?? ""),
        new("employer_name", p => p.Job?.Employer.Name ?? ""),
        new("employer_uscc", p => p.Job?.Employer.Uscc ?? ""),
        new("insurance_type", p => p.InsuranceType),
        new("first_insured_month", p => Days.Month(p.FirstInsured)),
        new("participation_status", p => p.Standing.Participation),
        new("payment_status", p => p.Standing.Payment),
        new("spell_from", p => Days.Text(p.From)),
        new("spell_to", p => Days.Text(p.To)),
        new("paid_months", p => p.PaidMonths.ToString(CultureInfo.InvariantCulture)),
    ];

    private static readonly FaultRule[] Faults =
    [
        FaultRules.NameDotVariant(Cell.Of("full_name")),
        FaultRules.LowerCaseX(SocialSecurityNo),
        FaultRules.FifteenDigitId(BothNumbers),
        FaultRules.FullWidthDigits(SocialSecurityNo),
        FaultRules.WrongCheckDigit(BothNumbers),
        FaultRules.MissingRequired("full_name", "person_no", "insurance_type", "first_insured_month", "social_security_no"),
        FaultRules.NoSuchDate("birth_date"),
        FaultRules.BirthDateContradictsId("birth_date"),
        FaultRules.CodeOutsideList(("ethnic_group", "57"), ("participation_status", "9")),
        FaultRules.Duplicate,
    ];
}
