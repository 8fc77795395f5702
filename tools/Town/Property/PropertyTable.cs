using System.Globalization;
using DataHub.Town.Faults;
using DataHub.Town.Files;
using DataHub.Town.People;

namespace DataHub.Town.Property;

/// <summary>The real-property file, 不动产权利信息.</summary>
internal static class PropertyTable
{
    // 清河市自然资源和规划局, an invented office.
    private const string RegistrarUscc = "11330382MB990046XF";
    private const string OwnersColumn = "owners";

    private static readonly Cell OwnerName = Cell.FirstEntry(OwnersColumn, part: 0);
    private static readonly Cell OwnerId = Cell.FirstEntry(OwnersColumn, part: 2);
    private static readonly Cell OwnerShare = Cell.FirstEntry(OwnersColumn, part: 3);

    public static TownTable<PropertyRight> Of(IReadOnlyList<PropertyRight> rights, DateOnly today) => new()
    {
        Resource = "real_property_right",
        Encoding = TownEncoding.Utf8,
        Watermark = Days.Watermark(today),
        Items = rights,
        SourceRecordPrefix = "BDC",
        UpdatedAt = r => r.UpdatedAt,
        Mentions = r => r.Owners.Select(o => o.Id),
        Columns = Columns,
        Faults = Faults,
    };

    private static readonly Column<PropertyRight>[] Columns =
    [
        new("unit_code", r => r.Unit.Code),
        new("certificate_no", r => r.CertificateNo),
        new("certificate_type", _ => "1"),
        new("case_no", r => r.CaseNo),
        new("registration_type", r => r.RegistrationType),
        new("right_type", r => r.Unit.RightType),
        new("right_nature", r => r.Unit.RightNature),
        new(OwnersColumn, r => string.Join(';', r.Owners.Select(o => $"{o.Name}|{o.IdType}|{o.Id}|{o.Share}"))),
        new("ownership_mode", r => r.Title.OwnershipMode),
        new("location", r => r.Unit.Address.Text),
        new("division", _ => Registrar.Division),
        new("building_use", r => r.Unit.BuildingUse),
        new("building_area", r => r.Unit.AreaSquareMetres?.ToString("0.00", CultureInfo.InvariantCulture) ?? ""),
        new("use_from", r => Days.Text(r.Unit.UseFrom)),
        new("use_to", r => Days.Text(r.Unit.UseTo)),
        new("registrar_uscc", _ => RegistrarUscc),
        new("registered_at", r => Days.Text(r.RegisteredAt)),
        new("issued_on", r => Days.Text(r.IssuedOn)),
        new("mortgaged", r => Text(r.Mortgaged)),
        new("sealed", r => Text(r.Sealed)),
        new("disputed", r => Text(r.Disputed)),
        new("right_status", r => r.Status),
    ];

    private static readonly FaultRule[] Faults =
    [
        FaultRules.NameDotVariant(OwnerName),
        FaultRules.SharesDoNotAddUp(OwnerShare),
        FaultRules.LowerCaseX(OwnerId),
        FaultRules.FullWidthDigits(OwnerId),
        FaultRules.WrongCheckDigit(OwnerId),
        FaultRules.MissingRequired("certificate_no", "case_no", "location", OwnersColumn, "registered_at"),
        FaultRules.NoSuchDate("issued_on"),
        FaultRules.CodeOutsideList(("right_type", "98"), ("registration_type", "950"), ("right_status", "9"), ("certificate_type", "8")),
        FaultRules.Duplicate,
    ];

    private static string Text(bool value) => value ? "true" : "false";
}
