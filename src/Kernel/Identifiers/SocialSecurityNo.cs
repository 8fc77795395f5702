namespace DataHub.Kernel.Identifiers;

/// <summary>
/// Social security number 社会保障号码 (AAC002, GB/T 40217-2021): the resident identity number of a citizen, the permanent residence number
/// of a foreigner who has one, else country (ISO 3166-1 alpha-3), one reserved digit and the document number padded to 14 places.
/// </summary>
public static class SocialSecurityNo
{
    private const int Length = 18;

    /// <summary>The strict form: NFKC, no white space, upper-case; null stays null.</summary>
    /// <param name="raw">The number as a source wrote it.</param>
    public static string? Normalize(string? raw) => IdentifierText.Normalize(raw);

    /// <summary>Checks the strict form.</summary>
    /// <param name="value">18 characters.</param>
    /// <param name="today">Civil date in Asia/Shanghai; nobody is born after it.</param>
    public static IdentifierCheck Check(string? value, DateOnly today) => IdentifierCheck.Of(Fault(value, today));

    private static string? Fault(ReadOnlySpan<char> value, DateOnly today) => value switch
    {
        { Length: 0 } => IdentifierRule.NullOrEmpty,
        { Length: not Length } => IdentifierRule.Length,
        ['9', ..] => ForeignPrId.Fault(value, today),
        [>= '0' and <= '8', ..] => ResidentId.Fault(value, today),
        _ => DocumentFault(value),
    };

    private static string? DocumentFault(ReadOnlySpan<char> value) => value switch
    {
        _ when !IdentifierText.IsWithin(value[..3], 'A', 'Z') || !char.IsAsciiDigit(value[3]) || !IdentifierText.IsAlphanumeric(value[4..]) => IdentifierRule.Charset,
        _ when !Countries.ContainsAlpha3(value[..3]) => IdentifierRule.Nationality,
        _ => IdentifierText.IsAllZero(value[4..]) ? IdentifierRule.DocumentNo : null,
    };
}
