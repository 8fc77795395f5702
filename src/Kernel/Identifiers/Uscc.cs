using System.Buffers;

namespace DataHub.Kernel.Identifiers;

/// <summary>
/// Unified social credit code 统一社会信用代码, GB 32100-2015: registration authority 1, category 1, division of the registering office 6,
/// organisation code 9 (GB 11714, with its own check), check 1.
/// </summary>
public static class Uscc
{
    private const int Length = 18;
    private const string Alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

    private static readonly SearchValues<char> AlphabetSet = SearchValues.Create(Alphabet);

    // Offices that register for the whole country write 100000, which GB/T 2260 does not list.
    private const string NationalOffice = "100000";

    private static ReadOnlySpan<byte> Weights => [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

    /// <summary>The strict form: NFKC, no white space, upper-case; null stays null.</summary>
    /// <param name="raw">The code as a source wrote it.</param>
    public static string? Normalize(string? raw) => IdentifierText.Normalize(raw);

    /// <summary>Checks the strict form: authority and category, division, and both check characters (the outer one does not imply the inner one).</summary>
    /// <param name="value">18 characters.</param>
    /// <param name="today">Not used: the code holds no date.</param>
    public static IdentifierCheck Check(string? value, DateOnly today = default) => IdentifierCheck.Of(Fault(value));

    /// <summary>The check character of the first 17 places.</summary>
    /// <param name="first17">17 characters of the alphabet: digits and capitals without I, O, S, V, Z.</param>
    /// <exception cref="ArgumentException">Not 17 characters, or one is outside the alphabet.</exception>
    public static char CheckCharacter(ReadOnlySpan<char> first17) => first17.Length == 17 && !first17.ContainsAnyExcept(AlphabetSet)
        ? Computed(first17)
        : throw new ArgumentException("17 characters of the alphabet of GB 32100 are needed.", nameof(first17));

    /// <summary>The organisation code inside, places 9-17.</summary>
    /// <param name="value">A code that <see cref="Check"/> found valid.</param>
    public static string OrganisationCode(string value) => value.Substring(8, 9);

    /// <summary>The division of the registering office, places 3-8; 100000 stands for national registration.</summary>
    /// <param name="value">A code that <see cref="Check"/> found valid.</param>
    public static string RegistrationDivision(string value) => value.Substring(2, 6);

    /// <summary>True for a self-employed person 个体工商户, whose record is about a person.</summary>
    /// <param name="value">A code that <see cref="Check"/> found valid.</param>
    public static bool IsSelfEmployed(ReadOnlySpan<char> value) => value is ['9', '2', ..];

    internal static string? Fault(ReadOnlySpan<char> value) => value switch
    {
        { Length: 0 } => IdentifierRule.NullOrEmpty,
        { Length: not Length } => IdentifierRule.Length,
        _ when value.ContainsAnyExcept(AlphabetSet) || !IdentifierText.IsDigits(value[2..8]) => IdentifierRule.Charset,
        _ when Categories(value[0]).IsEmpty => IdentifierRule.Authority,
        _ when !Categories(value[0]).Contains(value[1]) => IdentifierRule.Category,
        _ when !Divisions.Contains(value[2..8]) && !value[2..8].SequenceEqual(NationalOffice) => IdentifierRule.Division,
        _ when OrgCode.Computed(value[8..16]) != value[16] => IdentifierRule.OrgCheck,
        _ => Computed(value[..17]) == value[17] ? null : IdentifierRule.Check,
    };

    /// <summary>Categories of a registration authority (GB 32100-2015, table 1); empty for one that is not defined.</summary>
    private static ReadOnlySpan<char> Categories(char authority) => authority switch
    {
        '1' => "1239",    // 机构编制
        '2' => "19",      // 外交
        '3' => "123459",  // 司法行政
        '4' => "19",      // 文化
        '5' => "1239",    // 民政
        '6' => "129",     // 旅游
        '7' => "129",     // 宗教
        '8' => "19",      // 工会
        '9' => "1239",    // 市场监管
        'A' => "19",      // 中央军委改革和编制办公室
        'N' => "1239",    // 农业
        'Y' => "1",       // 其他
        _ => "",
    };

    private static char Computed(ReadOnlySpan<char> first17)
    {
        var sum = 0;
        for (var i = 0; i < Weights.Length; i++)
        {
            sum += Alphabet.AsSpan().IndexOf(first17[i]) * Weights[i];
        }

        // 31 is written 0, hence the second remainder.
        return Alphabet[(31 - (sum % 31)) % 31];
    }
}
