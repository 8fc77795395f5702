using DataHub.Kernel.Faults;

namespace DataHub.Kernel.Identifiers;

/// <summary>A kind of identifier by its name, for schemas and rules that name kinds in data.</summary>
public sealed class IdentifierKind
{
    /// <summary>Code of the fault that <see cref="Require"/> throws.</summary>
    public const string FaultCode = "IDENTIFIER_INVALID";

    private readonly Func<string?, string?> normalize;
    private readonly Func<string?, DateOnly, IdentifierCheck> check;

    private IdentifierKind(string name, Func<string?, string?> normalize, Func<string?, DateOnly, IdentifierCheck> check)
    {
        Name = name;
        this.normalize = normalize;
        this.check = check;
    }

    /// <summary>All kinds.</summary>
    public static IReadOnlyList<IdentifierKind> All { get; } =
    [
        new("resident_id", ResidentId.Normalize, ResidentId.Check),
        new("resident_id_15", ResidentId15.Normalize, ResidentId15.Check),
        new("foreign_pr_id", ForeignPrId.Normalize, ForeignPrId.Check),
        new("hmt_residence_permit", HmtResidencePermit.Normalize, HmtResidencePermit.Check),
        new("uscc", Uscc.Normalize, Uscc.Check),
        new("org_code", OrgCode.Normalize, OrgCode.Check),
        new("division_code", DivisionCode.Normalize, DivisionCode.Check),
        new("real_property_unit", RealPropertyUnit.Normalize, RealPropertyUnit.Check),
        new("real_property_cert_no", RealPropertyCertNo.Normalize, RealPropertyCertNo.Check),
        new("social_security_no", SocialSecurityNo.Normalize, SocialSecurityNo.Check),
        new("social_security_card_no", SocialSecurityCardNo.Normalize, SocialSecurityCardNo.Check),
        new("elicence_id", ElicenceId.Normalize, ElicenceId.Check),
        new("service_item_basic", ServiceItemBasic.Normalize, ServiceItemBasic.Check),
        new("service_item_impl", ServiceItemImpl.Normalize, ServiceItemImpl.Check),
    ];

    /// <summary>Name of the kind, for example <c>resident_id</c>; contract.</summary>
    public string Name { get; }

    internal static IdentifierKind Elicence { get; } = Find("elicence_id")!;

    /// <summary>The kind of a name; null when there is none.</summary>
    /// <param name="name">Name of the kind, exactly.</param>
    public static IdentifierKind? Find(string name)
    {
        foreach (var kind in All)
        {
            if (kind.Name == name)
            {
                return kind;
            }
        }

        return null;
    }

    /// <summary>The strict form of a raw value; null stays null. For the edge where data come in; everything behind it checks strictly.</summary>
    /// <param name="raw">The value as a source wrote it.</param>
    public string? Normalize(string? raw) => normalize(raw);

    /// <summary>Checks the strict form.</summary>
    /// <param name="value">The value in its strict form.</param>
    /// <param name="today">Civil date in Asia/Shanghai.</param>
    public IdentifierCheck Check(string? value, DateOnly today) => check(value, today);

    /// <summary>The value, when it is valid; for fields of requests.</summary>
    /// <param name="value">The value in its strict form.</param>
    /// <param name="field">Path of the field.</param>
    /// <param name="today">Civil date in Asia/Shanghai.</param>
    /// <exception cref="FaultException">Missing or not valid: <c>IDENTIFIER_INVALID</c>. The message names kind and rule, not the value.</exception>
    public string Require(string? value, string field, DateOnly today)
    {
        var found = check(value, today);
        return found.IsValid ? value! : throw Faults.Require.Malformed(FaultCode, field, $"is not a valid {Name}: {found.Rule}");
    }
}
