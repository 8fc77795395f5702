namespace DataHub.Kernel.Identifiers;

/// <summary>
/// Implementation code of a government service item 政务服务事项实施编码, GB/T 39554.1-2020: credit code of the implementing body 18,
/// administrative level 1 (1 national to 6 village), basic code 12.
/// </summary>
public static class ServiceItemImpl
{
    private const int Length = 31;

    /// <summary>The strict form: NFKC, no white space, upper-case; null stays null.</summary>
    /// <param name="raw">The code as a source wrote it.</param>
    public static string? Normalize(string? raw) => IdentifierText.Normalize(raw);

    /// <summary>Checks the strict form.</summary>
    /// <param name="value">31 characters.</param>
    /// <param name="today">Not used: the code holds no date.</param>
    public static IdentifierCheck Check(string? value, DateOnly today = default) => IdentifierCheck.Of(Fault(value));

    /// <summary>The implementing body, places 1-18.</summary>
    /// <param name="value">A code that <see cref="Check"/> found valid.</param>
    public static string Organisation(string value) => value[..18];

    /// <summary>The basic code, places 20-31.</summary>
    /// <param name="value">A code that <see cref="Check"/> found valid.</param>
    public static string BasicCode(string value) => value[19..];

    private static string? Fault(ReadOnlySpan<char> value) => value switch
    {
        { Length: 0 } => IdentifierRule.NullOrEmpty,
        { Length: not Length } => IdentifierRule.Length,
        _ when Uscc.Fault(value[..18]) is not null => IdentifierRule.Organisation,
        _ when value[18] is < '1' or > '6' => IdentifierRule.Level,
        _ => ServiceItemBasic.Fault(value[19..]),
    };
}
