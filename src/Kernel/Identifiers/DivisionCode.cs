namespace DataHub.Kernel.Identifiers;

/// <summary>Administrative division code, GB/T 2260, six digits: any ever assigned. <see cref="Divisions.IsCurrent"/> tells whether it is in force.</summary>
public static class DivisionCode
{
    /// <summary>The strict form: NFKC, no white space; null stays null.</summary>
    /// <param name="raw">The code as a source wrote it.</param>
    public static string? Normalize(string? raw) => IdentifierText.Normalize(raw);

    /// <summary>Checks the strict form.</summary>
    /// <param name="value">6 digits.</param>
    /// <param name="today">Not used: the lists carry no dates.</param>
    public static IdentifierCheck Check(string? value, DateOnly today = default) => IdentifierCheck.Of(Fault(value));

    private static string? Fault(ReadOnlySpan<char> value) => value switch
    {
        { Length: 0 } => IdentifierRule.NullOrEmpty,
        { Length: not 6 } => IdentifierRule.Length,
        _ when !IdentifierText.IsDigits(value) => IdentifierRule.Charset,
        _ => Divisions.Contains(value) ? null : IdentifierRule.Division,
    };
}
