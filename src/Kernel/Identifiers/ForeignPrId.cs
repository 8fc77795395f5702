namespace DataHub.Kernel.Identifiers;

/// <summary>
/// Foreigner's permanent residence number 外国人永久居留身份证, format in use since 2023-12-01: 9, province of application 2,
/// nationality 3 (ISO 3166-1 numeric), birth date 8, sequence 3, check 1 (ISO 7064 MOD 11-2).
/// </summary>
public static class ForeignPrId
{
    /// <summary>The strict form: NFKC, no white space, upper-case X; null stays null.</summary>
    /// <param name="raw">The number as a source wrote it.</param>
    public static string? Normalize(string? raw) => IdentifierText.Normalize(raw);

    /// <summary>Checks the strict form.</summary>
    /// <param name="value">18 characters.</param>
    /// <param name="today">Civil date in Asia/Shanghai; nobody is born after it.</param>
    public static IdentifierCheck Check(string? value, DateOnly today) => IdentifierCheck.Of(Fault(value, today));

    /// <summary>Birth date in places 7-14.</summary>
    /// <param name="value">A number that <see cref="Check"/> found valid.</param>
    /// <exception cref="ArgumentException">The value holds no birth date.</exception>
    public static DateOnly BirthDate(string value) => PersonNumber.BirthDate(value);

    /// <summary>Sex by place 17, as GB/T 2261.1 writes it: <c>1</c> male, <c>2</c> female.</summary>
    /// <param name="value">A number that <see cref="Check"/> found valid.</param>
    /// <exception cref="ArgumentException">The value is not a personal number of 18 places.</exception>
    public static string Sex(string value) => PersonNumber.Sex(value);

    internal static string? Fault(ReadOnlySpan<char> value, DateOnly today) => PersonNumber.ShapeFault(value) switch
    {
        { } fault => fault,
        _ when value[0] != '9' => IdentifierRule.WrongKind,
        _ when !Divisions.IsMainlandProvince(value[1..3]) => IdentifierRule.Division,
        _ when !Countries.ContainsNumeric(value[3..6]) => IdentifierRule.Nationality,
        _ => PersonNumber.DateOrCheckFault(value, today),
    };
}
