using DataHub.Kernel.Faults;

namespace DataHub.Kernel.Identifiers;

/// <summary>
/// Resident identity number 公民身份号码, GB 11643-1999: division 6, birth date 8, sequence 3, check 1 (ISO 7064 MOD 11-2).
/// Residence permits of Hong Kong, Macao and Taiwan residents count as such.
/// </summary>
public static class ResidentId
{
    /// <summary>The strict form: NFKC, no white space, upper-case X; null stays null. Does not say that the result is valid.</summary>
    /// <param name="raw">The number as a source wrote it.</param>
    public static string? Normalize(string? raw) => IdentifierText.Normalize(raw);

    /// <summary>Checks the strict form. Any division ever assigned is accepted: the number keeps the one of its first registration.</summary>
    /// <param name="value">18 characters.</param>
    /// <param name="today">Civil date in Asia/Shanghai; nobody is born after it.</param>
    public static IdentifierCheck Check(string? value, DateOnly today) => IdentifierCheck.Of(Fault(value, today));

    /// <summary>The check character of the first 17 places: 0 to 9 or X.</summary>
    /// <param name="first17">17 ASCII digits.</param>
    /// <exception cref="ArgumentException">Not 17 digits.</exception>
    public static char CheckCharacter(ReadOnlySpan<char> first17) => first17.Length == 17 && IdentifierText.IsDigits(first17)
        ? PersonNumber.CheckCharacter(first17)
        : throw new ArgumentException("17 digits are needed.", nameof(first17));

    /// <summary>Birth date in places 7-14.</summary>
    /// <param name="value">A number that <see cref="Check"/> found valid.</param>
    /// <exception cref="ArgumentException">The value holds no birth date.</exception>
    public static DateOnly BirthDate(string value) => PersonNumber.BirthDate(value);

    /// <summary>Sex by place 17, as GB/T 2261.1 writes it: <c>1</c> male, <c>2</c> female.</summary>
    /// <param name="value">A number that <see cref="Check"/> found valid.</param>
    /// <exception cref="ArgumentException">The value is not a personal number of 18 places.</exception>
    public static string Sex(string value) => PersonNumber.Sex(value);

    /// <summary>True when the number belongs to a residence permit of a Hong Kong, Macao or Taiwan resident.</summary>
    /// <param name="value">A number that <see cref="Check"/> found valid.</param>
    public static bool IsResidencePermit(ReadOnlySpan<char> value) => value is ['8', '1' or '2' or '3', '0', '0', '0', '0', ..];

    /// <summary>The 18-place number of a 15-digit one: century 19, or 18 for the sequences 996-999, which were kept for people of 100 years and over.</summary>
    /// <param name="legacy">15 digits that <see cref="ResidentId15.Check"/> found valid.</param>
    /// <exception cref="FaultException">Not 15 digits: <c>IDENTIFIER_INVALID</c>.</exception>
    public static string Upgrade15(string legacy) => ResidentId15.Upgrade(legacy);

    internal static string? Fault(ReadOnlySpan<char> value, DateOnly today)
    {
        if (PersonNumber.ShapeFault(value) is { } fault)
        {
            return fault;
        }

        return IsDivisionUsed(value[..6]) || IsResidencePermit(value) ? PersonNumber.DateOrCheckFault(value, today) : IdentifierRule.Division;
    }

    /// <summary>Nobody is registered in a whole province, and 71, 81, 82 of GB/T 2260 appear only as the fixed codes of permits.</summary>
    internal static bool IsDivisionUsed(ReadOnlySpan<char> division) =>
        division[0] < '7' && !division.EndsWith("0000") && Divisions.Contains(division);
}
