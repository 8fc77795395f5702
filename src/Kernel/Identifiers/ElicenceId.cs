using DataHub.Kernel.Faults;

namespace DataHub.Kernel.Identifiers;

/// <summary>The parts of an e-licence identifier.</summary>
/// <param name="TypeCode">Licence type 证照类型代码: credit code of the defining authority and three digits, 21 places.</param>
/// <param name="Issuer">Credit code of the issuing authority, 18 places.</param>
/// <param name="Serial">1 to 32 digits or capitals, chosen by the issuer.</param>
/// <param name="Version">1 to 999; each reissue adds one.</param>
/// <param name="CheckCharacter">0 to 9 or A to Z.</param>
public sealed record ElicenceIdParts(string TypeCode, string Issuer, string Serial, int Version, char CheckCharacter);

/// <summary>
/// E-licence identifier 电子证照标识, GB/T 36904-2018: <c>1.2.156.3005.2 . type . issuer . serial . version . check</c>, checked by
/// ISO 7064 MOD 37,36 over type, issuer, serial and version without root and dots. Serial length and version range are limits of the hub.
/// </summary>
public static class ElicenceId
{
    private const string Root = "1.2.156.3005.2.";
    private const int MaxSerialLength = 32;
    private const int MaxVersion = 999;

    /// <summary>The strict form: NFKC, no white space, upper-case; null stays null.</summary>
    /// <param name="raw">The identifier as a source wrote it.</param>
    public static string? Normalize(string? raw) => IdentifierText.Normalize(raw);

    /// <summary>Checks the strict form, the credit codes inside included.</summary>
    /// <param name="value">The identifier, dots included.</param>
    /// <param name="today">Not used: the identifier holds no date.</param>
    public static IdentifierCheck Check(string? value, DateOnly today = default) => IdentifierCheck.Of(Fault(value));

    /// <summary>The check character of the four parts.</summary>
    /// <param name="typeCode">21 places.</param>
    /// <param name="issuer">18 places.</param>
    /// <param name="serial">1 to 32 digits or capitals.</param>
    /// <param name="version">Three digits, 001 up.</param>
    public static char CheckCharacter(ReadOnlySpan<char> typeCode, ReadOnlySpan<char> issuer, ReadOnlySpan<char> serial, ReadOnlySpan<char> version)
    {
        var product = Mod3736(Mod3736(Mod3736(Mod3736(36, typeCode), issuer), serial), version);
        return "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[(37 - product) % 36];
    }

    /// <summary>The identifier of a licence, with its check character.</summary>
    /// <param name="typeCode">21 places.</param>
    /// <param name="issuer">18 places.</param>
    /// <param name="serial">1 to 32 digits or capitals.</param>
    /// <param name="version">1 to 999.</param>
    /// <exception cref="FaultException">A part is wrong: <c>IDENTIFIER_INVALID</c>.</exception>
    public static string Create(string typeCode, string issuer, string serial, int version)
    {
        var body = $"{Root}{typeCode}.{issuer}.{serial}.{version:D3}.";
        return IdentifierKind.Elicence.Require(body + CheckCharacter(typeCode, issuer, serial, $"{version:D3}"), field: "licence_id", today: default);
    }

    /// <summary>The parts of an identifier.</summary>
    /// <param name="value">The identifier in its strict form.</param>
    /// <exception cref="FaultException">Not valid: <c>IDENTIFIER_INVALID</c>.</exception>
    public static ElicenceIdParts Parse(string value)
    {
        var parts = IdentifierKind.Elicence.Require(value, field: "licence_id", today: default)[Root.Length..].Split('.');
        return new ElicenceIdParts(parts[0], parts[1], parts[2], IdentifierText.Number(parts[3]), parts[4][0]);
    }

    /// <summary>True for a licence type code: a valid credit code and three digits.</summary>
    /// <param name="typeCode">21 places.</param>
    public static bool IsTypeCode(ReadOnlySpan<char> typeCode) =>
        typeCode.Length == 21 && Uscc.Fault(typeCode[..18]) is null && IdentifierText.IsDigits(typeCode[18..]);

    private static string? Fault(ReadOnlySpan<char> value)
    {
        if (value.IsEmpty)
        {
            return IdentifierRule.NullOrEmpty;
        }

        if (!value.StartsWith(Root))
        {
            return IdentifierRule.Root;
        }

        var rest = value[Root.Length..];
        Span<Range> at = stackalloc Range[6];
        return rest.Split(at, '.') == 5
            ? PartFault(rest[at[0]], rest[at[1]], rest[at[2]], rest[at[3]], rest[at[4]])
            : IdentifierRule.Segments;
    }

    private static string? PartFault(
        ReadOnlySpan<char> type, ReadOnlySpan<char> issuer, ReadOnlySpan<char> serial, ReadOnlySpan<char> version, ReadOnlySpan<char> check) =>
        !IsTypeCode(type) ? IdentifierRule.TypeCode
        : Uscc.Fault(issuer) is not null ? IdentifierRule.Issuer
        : serial.Length is < 1 or > MaxSerialLength || !IdentifierText.IsAlphanumeric(serial) ? IdentifierRule.Serial
        : version.Length != 3 || !IdentifierText.IsDigits(version) || IdentifierText.Number(version) is < 1 or > MaxVersion ? IdentifierRule.Version
        : check is not [var c] || c != CheckCharacter(type, issuer, serial, version) ? IdentifierRule.Check
        : null;

    /// <summary>ISO 7064 MOD 37,36: carries the product over more characters. A foreign character leads to a check nobody can match.</summary>
    private static int Mod3736(int product, ReadOnlySpan<char> characters)
    {
        foreach (var c in characters)
        {
            var sum = (product + IdentifierText.Value36(c)) % 36;
            product = (sum == 0 ? 36 : sum) * 2 % 37;
        }

        return product;
    }
}
