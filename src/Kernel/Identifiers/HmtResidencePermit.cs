namespace DataHub.Kernel.Identifiers;

/// <summary>
/// Number of a residence permit of a Hong Kong, Macao or Taiwan resident 港澳台居民居住证: the layout of <see cref="ResidentId"/> with the
/// fixed division 810000, 820000 or 830000.
/// </summary>
public static class HmtResidencePermit
{
    /// <summary>The strict form: NFKC, no white space, upper-case X; null stays null.</summary>
    /// <param name="raw">The number as a source wrote it.</param>
    public static string? Normalize(string? raw) => IdentifierText.Normalize(raw);

    /// <summary>Checks the strict form.</summary>
    /// <param name="value">18 characters.</param>
    /// <param name="today">Civil date in Asia/Shanghai; nobody is born after it.</param>
    public static IdentifierCheck Check(string? value, DateOnly today) => IdentifierCheck.Of(Fault(value, today));

    private static string? Fault(ReadOnlySpan<char> value, DateOnly today) => PersonNumber.ShapeFault(value) switch
    {
        { } fault => fault,
        _ when !ResidentId.IsResidencePermit(value) => IdentifierRule.Division,
        _ => PersonNumber.DateOrCheckFault(value, today),
    };
}
