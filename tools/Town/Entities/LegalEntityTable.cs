using System.Globalization;
using DataHub.Town.Faults;
using DataHub.Town.Files;
using DataHub.Town.People;

namespace DataHub.Town.Entities;

/// <summary>The file of legal entities, 法人单位基础信息.</summary>
internal static class LegalEntityTable
{
    private static readonly Cell RepId = Cell.Of("legal_rep_id_no");

    public static TownTable<LegalEntity> Of(IReadOnlyList<LegalEntity> entities, DateOnly today) => new()
    {
        Resource = "legal_entity",
        Encoding = TownEncoding.Utf8WithMark,
        Watermark = Days.Watermark(today),
        Items = entities,
        SourceRecordPrefix = "FR",
        UpdatedAt = e => e.UpdatedAt,
        Mentions = e => [e.Uscc, e.LegalRep.Id],
        Columns = Columns,
        Faults = Faults,
    };

    private static readonly Column<LegalEntity>[] Columns =
    [
        new("uscc", e => e.Uscc),
        new("org_code", e => e.OrgCode),
        new("name", e => e.Name),
        new("reg_authority_name", e => e.Kind.Authority),
        new("reg_authority", e => e.Uscc[..1]),
        new("org_type", e => e.Kind.OrgType),
        new("legal_rep_name", e => e.LegalRep.Name),
        new("legal_rep_id_type", _ => "111"),
        new("legal_rep_id_no", e => e.LegalRep.Id),
        new("registered_address", e => e.Address),
        new("registered_division", _ => Registrar.Division),
        new("business_scope", e => e.Trade.Scope),
        new("industry_code", e => e.Trade.IndustryCode),
        new("registered_capital", e => e.CapitalWan?.ToString("0.000000", CultureInfo.InvariantCulture) ?? ""),
        new("capital_currency", e => e.CapitalWan is null ? "" : "CNY"),
        new("established_on", e => Days.Text(e.Established)),
        new("term_from", e => Days.Text(e.Established)),
        new("term_to", e => Days.Text(e.TermTo)),
        new("reg_status", e => e.Status),
        new("cancelled_on", e => Days.Text(e.CancelledOn)),
        new("contact_name", e => e.LegalRep.Name),
        new("contact_phone", e => e.LegalRep.Phone),
        new("is_public", _ => "true"),
        new("source_updated_on", e => Days.Text(DateOnly.FromDateTime(e.UpdatedAt.DateTime))),
    ];

    private static readonly FaultRule[] Faults =
    [
        FaultRules.NameDotVariant(Cell.Of("legal_rep_name")),
        FaultRules.LowerCaseX(RepId),
        FaultRules.FullWidthDigits(RepId),
        FaultRules.WrongCheckDigit(Cell.Of("uscc")),
        FaultRules.WrongCheckDigit(RepId),
        FaultRules.MissingRequired("name", "legal_rep_name", "registered_address", "legal_rep_id_no", "org_type"),
        FaultRules.NoSuchDate("established_on"),
        FaultRules.CodeOutsideList(("reg_status", "7"), ("legal_rep_id_type", "112")),
        FaultRules.Duplicate,
    ];
}
