namespace DataHub.Kernel.Identifiers;

/// <summary>
/// Real-property unit code 不动产单元代码, GB/T 37346-2019: division 6, cadastral zone 3, sub-zone 3, parcel feature 2 letters, parcel
/// sequence 5, fixture letter 1, fixture unit 8. The first 19 places are the parcel code. Displayed in groups of 6, 6, 7 and 9.
/// </summary>
public static class RealPropertyUnit
{
    private const int Length = 28;

    /// <summary>The strict form: NFKC, no white space, upper-case; null stays null.</summary>
    /// <param name="raw">The code as a source wrote it.</param>
    public static string? Normalize(string? raw) => IdentifierText.Normalize(raw);

    /// <summary>Checks the strict form. Divisions no longer in force are accepted: existing codes keep theirs.</summary>
    /// <param name="value">28 characters.</param>
    /// <param name="today">Not used: the code holds no date.</param>
    public static IdentifierCheck Check(string? value, DateOnly today = default) => IdentifierCheck.Of(Fault(value));

    /// <summary>The parcel code 宗地代码, places 1-19.</summary>
    /// <param name="value">A code that <see cref="Check"/> found valid.</param>
    public static string ParcelCode(string value) => value[..19];

    /// <summary>The division, places 1-6.</summary>
    /// <param name="value">A code that <see cref="Check"/> found valid.</param>
    public static string DivisionOf(string value) => value[..6];

    /// <summary>The form printed on certificates: groups of 6, 6, 7 and 9 places divided by spaces.</summary>
    /// <param name="value">A code that <see cref="Check"/> found valid.</param>
    public static string Display(string value) => $"{value.AsSpan(0, 6)} {value.AsSpan(6, 6)} {value.AsSpan(12, 7)} {value.AsSpan(19)}";

    private static string? Fault(ReadOnlySpan<char> value) => value switch
    {
        { Length: 0 } => IdentifierRule.NullOrEmpty,
        { Length: not Length } => IdentifierRule.Length,
        _ when !HasShape(value) => IdentifierRule.Charset,
        _ when !Divisions.Contains(value[..6]) => IdentifierRule.Division,
        _ when !IsFeature(value[12], value[13]) => IdentifierRule.Feature,
        _ when IdentifierText.IsAllZero(value[14..19]) => IdentifierRule.ParcelSequence,
        _ => IsFixture(value[19], value[20..]) ? null : IdentifierRule.Fixture,
    };

    private static bool HasShape(ReadOnlySpan<char> value) =>
        IdentifierText.IsDigits(value[..12]) && char.IsAsciiLetterUpper(value[12]) && char.IsAsciiLetterUpper(value[13])
        && IdentifierText.IsDigits(value[14..19]) && char.IsAsciiLetterUpper(value[19]) && IdentifierText.IsDigits(value[20..]);

    /// <summary>
    /// Owner G state, J collective, Z not settled; use A to Y as in the standard. A parcel of collective ownership (A) is collective, sea (H)
    /// and islands (G) belong to the state. L and N are known from practice, not from the standard's text.
    /// </summary>
    private static bool IsFeature(char owner, char use) => use switch
    {
        'A' => owner == 'J',
        'G' or 'H' => owner == 'G',
        'B' or 'S' or 'X' or 'C' or 'D' or 'E' or 'F' or 'L' or 'N' or 'W' or 'Y' => owner is 'G' or 'J' or 'Z',
        _ => false,
    };

    /// <summary>F building 4 and unit 4; L woods and Q other by sequence; W none, written with zeros.</summary>
    private static bool IsFixture(char kind, ReadOnlySpan<char> unit) => kind switch
    {
        'F' => !IdentifierText.IsAllZero(unit[..4]),
        'L' or 'Q' => !IdentifierText.IsAllZero(unit),
        'W' => IdentifierText.IsAllZero(unit),
        _ => false,
    };
}
