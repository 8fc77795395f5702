namespace DataHub.Kernel.Identifiers;

/// <summary>Social security card number 社会保障卡卡号: nine places, commonly a letter and eight digits; no public check. Not the bank account on the card.</summary>
public static class SocialSecurityCardNo
{
    /// <summary>The strict form: NFKC, no white space, upper-case; null stays null.</summary>
    /// <param name="raw">The number as a source wrote it.</param>
    public static string? Normalize(string? raw) => IdentifierText.Normalize(raw);

    /// <summary>Checks the strict form: digit or letter, seven digits, digit or letter.</summary>
    /// <param name="value">9 characters.</param>
    /// <param name="today">Not used: the number holds no date.</param>
    public static IdentifierCheck Check(string? value, DateOnly today = default) => IdentifierCheck.Of(Fault(value));

    private static string? Fault(ReadOnlySpan<char> value) => value switch
    {
        { Length: 0 } => IdentifierRule.NullOrEmpty,
        { Length: not 9 } => IdentifierRule.Length,
        _ => IdentifierText.IsAlphanumeric(value) && IdentifierText.IsDigits(value[1..8]) ? null : IdentifierRule.Charset,
    };
}
