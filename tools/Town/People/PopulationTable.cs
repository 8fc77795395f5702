using DataHub.Town.Faults;
using DataHub.Town.Files;

namespace DataHub.Town.People;

/// <summary>The population file, 人口基础信息.</summary>
internal static class PopulationTable
{
    private static readonly Cell Id = Cell.Of("resident_id");

    public static TownTable<Resident> Of(IReadOnlyList<Resident> residents, DateOnly today) => new()
    {
        Resource = "population_person",
        Encoding = TownEncoding.Gb18030,
        Watermark = Days.Watermark(today),
        Items = residents,
        SourceRecordPrefix = "RK",
        UpdatedAt = p => p.UpdatedAt,
        Mentions = p => [p.Id],
        Columns = Columns,
        Faults = Faults,
    };

    private static readonly Column<Resident>[] Columns =
    [
        new("resident_id", p => p.Id),
        new("full_name", p => p.Name),
        new("former_name", p => p.FormerName),
        new("gender", p => p.Gender),
        new("ethnic_group", p => p.EthnicGroup),
        new("birth_date", p => Days.Text(p.Birth)),
        new("nationality", _ => "CHN"),
        new("marital_status", p => p.MaritalStatus),
        new("education", p => p.Education),
        new("domicile_division", _ => Registrar.Division),
        new("domicile_address", p => p.DomicileAddress),
        new("household_no", p => p.HouseholdNo),
        new("household_relation", p => p.Relation),
        new("residence_division", p => p.ResidenceDivision),
        new("residence_address", p => p.ResidenceAddress),
        new("mobile_phone", p => p.Phone),
        new("person_status", p => p.Status),
        new("death_date", p => Days.Text(p.Death)),
        new("legacy_id_15", p => p.LegacyId),
    ];

    private static readonly FaultRule[] Faults =
    [
        FaultRules.NameDotVariant(Cell.Of("full_name")),
        FaultRules.LowerCaseX(Id),
        FaultRules.FullWidthDigits(Id),
        FaultRules.WrongCheckDigit(Id),
        FaultRules.MissingRequired("resident_id", "full_name", "ethnic_group", "domicile_address", "person_status"),
        FaultRules.NoSuchDate("birth_date"),
        FaultRules.BirthDateContradictsId("birth_date"),
        FaultRules.CodeOutsideList(("ethnic_group", "57"), ("person_status", "77"), ("gender", "3")),
        FaultRules.Duplicate,
    ];
}
