using DataHub.Kernel.Time;

namespace DataHub.Kernel.Identifiers;

/// <summary>What the 18-place personal numbers share: charset, birth date in places 7-14, ISO 7064 MOD 11-2 check (GB 11643-1999).</summary>
internal static class PersonNumber
{
    public const int Length = 18;

    // No number of anybody born earlier can have been assigned; a smaller year is a typing error.
    private const int FirstYear = 1800;

    private static ReadOnlySpan<byte> Weights => [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

    /// <summary>The rule broken by presence, length or characters; null when none.</summary>
    public static string? ShapeFault(ReadOnlySpan<char> value) => value.Length switch
    {
        0 => IdentifierRule.NullOrEmpty,
        not Length => IdentifierRule.Length,
        _ when !IdentifierText.IsDigits(value[..17]) || !(char.IsAsciiDigit(value[17]) || value[17] == 'X') => IdentifierRule.Charset,
        _ => null,
    };

    /// <summary>The rule broken by birth date or check character; null when none. The shape is right.</summary>
    public static string? DateOrCheckFault(ReadOnlySpan<char> value, DateOnly today) =>
        DateFault(value.Slice(6, 8), today) ?? (CheckCharacter(value[..17]) == value[17] ? null : IdentifierRule.Check);

    /// <summary>The rule broken by a birth date YYYYMMDD; null when none.</summary>
    public static string? DateFault(ReadOnlySpan<char> yyyymmdd, DateOnly today)
    {
        if (!TryDate(yyyymmdd, out var date))
        {
            return IdentifierRule.BirthDate;
        }

        return date > today ? IdentifierRule.BirthFuture : null;
    }

    /// <summary>The date in YYYYMMDD when it exists in the calendar and its year is 1800 or later.</summary>
    public static bool TryDate(ReadOnlySpan<char> yyyymmdd, out DateOnly date)
    {
        var (year, month, day) = (IdentifierText.Number(yyyymmdd[..4]), IdentifierText.Number(yyyymmdd[4..6]), IdentifierText.Number(yyyymmdd[6..]));
        return CivilTime.TryDate(year, month, day, out date) && year >= FirstYear;
    }

    /// <summary>ISO 7064 MOD 11-2 over 17 digits.</summary>
    public static char CheckCharacter(ReadOnlySpan<char> first17)
    {
        var sum = 0;
        for (var i = 0; i < Weights.Length; i++)
        {
            sum += (first17[i] - '0') * Weights[i];
        }

        return "10X98765432"[sum % 11];
    }

    /// <exception cref="ArgumentException">The value holds no birth date.</exception>
    public static DateOnly BirthDate(ReadOnlySpan<char> value) => ShapeFault(value) is null && TryDate(value.Slice(6, 8), out var date)
        ? date
        : throw new ArgumentException("Not a personal number of 18 places with a birth date.", nameof(value));

    /// <exception cref="ArgumentException">The value is not a personal number of 18 places.</exception>
    public static string Sex(ReadOnlySpan<char> value) => ShapeFault(value) is null
        ? (value[16] % 2 == 1 ? "1" : "2")
        : throw new ArgumentException("Not a personal number of 18 places.", nameof(value));
}
