namespace DataHub.Kernel.Identifiers;

/// <summary>Organisation code 组织机构代码, GB 11714: eight digits or capitals (all 26) and a check. Displayed as XXXXXXXX-X.</summary>
public static class OrgCode
{
    private const int Length = 9;

    private static ReadOnlySpan<byte> Weights => [3, 7, 9, 10, 5, 8, 4, 2];

    /// <summary>The strict form: NFKC, no white space, no hyphen, upper-case; null stays null.</summary>
    /// <param name="raw">The code as a source wrote it.</param>
    public static string? Normalize(string? raw) => IdentifierText.Normalize(raw, dropHyphens: true);

    /// <summary>Checks the strict form.</summary>
    /// <param name="value">9 characters.</param>
    /// <param name="today">Not used: the code holds no date.</param>
    public static IdentifierCheck Check(string? value, DateOnly today = default) => IdentifierCheck.Of(Fault(value));

    /// <summary>The check character of the first eight places: 0 to 9 or X.</summary>
    /// <param name="first8">8 digits or capitals.</param>
    /// <exception cref="ArgumentException">Not 8 characters, or others.</exception>
    public static char CheckCharacter(ReadOnlySpan<char> first8) => first8.Length == 8 && IdentifierText.IsAlphanumeric(first8)
        ? Computed(first8)
        : throw new ArgumentException("8 digits or capitals are needed.", nameof(first8));

    internal static char Computed(ReadOnlySpan<char> first8)
    {
        var sum = 0;
        for (var i = 0; i < Weights.Length; i++)
        {
            sum += IdentifierText.Value36(first8[i]) * Weights[i];
        }

        // 11 is written 0, 10 is written X.
        return "0X987654321"[sum % 11];
    }

    private static string? Fault(ReadOnlySpan<char> value) => value switch
    {
        { Length: 0 } => IdentifierRule.NullOrEmpty,
        { Length: not Length } => IdentifierRule.Length,
        _ when !IdentifierText.IsAlphanumeric(value) => IdentifierRule.Charset,
        _ => Computed(value[..8]) == value[8] ? null : IdentifierRule.Check,
    };
}
