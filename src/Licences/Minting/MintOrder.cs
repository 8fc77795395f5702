using System.Globalization;
using DataHub.Kernel.Codes;
using DataHub.Kernel.Faults;
using DataHub.Kernel.Identifiers;
using DataHub.Kernel.Time;
using DataHub.Licences.Documents;
using DataHub.Licences.Types;
using DataHub.V1;

namespace DataHub.Licences.Minting;

/// <summary>A request to mint that has passed every check.</summary>
/// <param name="Content">What the licence will say.</param>
/// <param name="HolderKind">Kind under which the holder's pseudonym is made.</param>
/// <param name="HolderIsNatural">A natural person; sole traders are.</param>
internal sealed record MintOrder(LicenceContent Content, string HolderKind, bool HolderIsNatural)
{
    private const string ResidentIdType = "111";
    private const string UsccType = "001";

    /// <summary>Checks a request against its type.</summary>
    /// <exception cref="FaultException">Names the field and what would help.</exception>
    public static MintOrder Of(MintRequest request, LicenceType type, string issuerCode, string issuerName, DateOnly today)
    {
        var (holderKind, holderCode) = Holder(request, today);
        var (issuedOn, validFrom, validTo) = Days(request, type, today);
        var fields = type.Check(request.Fields);
        var content = new LicenceContent
        {
            TypeName = type.Name,
            TypeCode = type.TypeCode,
            LicenceId = ElicenceId.Create(type.TypeCode, issuerCode, Serial(request), FirstVersion(request)),
            LicenceNo = fields.GetValueOrDefault("certificate_no") ?? request.Serial,
            IssuerName = issuerName,
            IssuerCode = issuerCode,
            IssuedOn = issuedOn,
            HolderName = Require.Text(request.HolderName, "holder_name", maxLength: 512),
            HolderCode = holderCode,
            HolderCodeType = request.HolderIdType,
            HolderCodeTypeName = CodeLists.Find("holder_code_type")?.Title(request.HolderIdType) ?? "",
            ValidFrom = validFrom,
            ValidTo = validTo,
            Fields = fields,
        };
        return new MintOrder(content, holderKind, holderKind != "uscc" || holderCode.StartsWith("92", StringComparison.Ordinal));
    }

    private static (string Kind, string Code) Holder(MintRequest request, DateOnly today)
    {
        var kind = request.HolderIdType switch
        {
            ResidentIdType => "resident_id",
            UsccType => "uscc",
            _ => throw Require.Malformed("HOLDER_ID_TYPE", "holder_id_type", "must be 111 (resident identity number) or 001 (unified social credit code)"),
        };
        var identifier = IdentifierKind.Find(kind)!;
        var code = identifier.Normalize(Require.Text(request.HolderId, "holder_id", maxLength: 32)) ?? "";
        var check = identifier.Check(code, today);
        return check.IsValid ? (kind, code) : throw Require.Malformed("HOLDER_ID", "holder_id", $"fails the check of its kind ({check.Rule})");
    }

    private static string Serial(MintRequest request)
    {
        var serial = Require.Text(request.Serial, "serial", maxLength: 32);
        return serial.All(c => char.IsAsciiDigit(c) || char.IsAsciiLetterUpper(c))
            ? serial
            : throw Require.Malformed("SERIAL", "serial", "may hold 0-9 and A-Z only");
    }

    private static int FirstVersion(MintRequest request) => request.Version is 0 or 1
        ? 1
        : throw Require.Malformed("VERSION", "version", "must be 1 for a licence that has no predecessor");

    private static (DateOnly IssuedOn, DateOnly? From, DateOnly? To) Days(MintRequest request, LicenceType type, DateOnly today)
    {
        var issuedOn = Day(request.IssuedOn, "issued_on") ?? throw Require.Malformed("FIELD_REQUIRED", "issued_on", "is required");
        var from = Day(request.ValidFrom, "valid_from");
        var to = Day(request.ValidTo, "valid_to");
        if (issuedOn > today)
        {
            throw Require.Malformed("FIELD_FUTURE", "issued_on", "lies in the future");
        }

        var start = from ?? issuedOn;
        if (to < start)
        {
            throw Require.Malformed("VALIDITY_BACKWARDS", "valid_to", "is before the first day of validity");
        }

        if (type.ValidityYears is { } years && (to is null || to > LastDay(start, years)))
        {
            throw Require.Malformed("VALIDITY_TOO_LONG", "valid_to", string.Create(CultureInfo.InvariantCulture, $"must be at most {years} years after the first day of validity"));
        }

        return (issuedOn, from, to);
    }

    private static DateOnly LastDay(DateOnly start, int years) => start.Year > DateOnly.MaxValue.Year - years ? DateOnly.MaxValue : start.AddYears(years);

    private static DateOnly? Day(string text, string field)
    {
        if (text.Length == 0)
        {
            return null;
        }

        return CivilTime.TryParseDate(text, out var date) ? date : throw Require.Malformed("FIELD_DATE", field, "is not a date yyyy-MM-dd");
    }
}
