using DataHub.Kernel.Faults;
using DataHub.Kernel.Identifiers;

namespace DataHub.Kernel.Time;

/// <summary>
/// Civil dates of the administration: Asia/Shanghai as a fixed UTC+08:00, which it has been since 1991-09-15. Does not read a time-zone
/// database, so it answers the same on a machine without one.
/// </summary>
public static class CivilTime
{
    /// <summary>UTC+08:00.</summary>
    public static TimeSpan Offset { get; } = TimeSpan.FromHours(8);

    /// <summary>The civil date now.</summary>
    /// <param name="time">The clock.</param>
    public static DateOnly Today(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return DateOf(time.GetUtcNow());
    }

    /// <summary>The civil date of an instant.</summary>
    /// <param name="instant">Any instant, in any offset.</param>
    public static DateOnly DateOf(DateTimeOffset instant) => DateOnly.FromDateTime(instant.ToOffset(Offset).DateTime);

    /// <summary>The first instant of a civil date, written with +08:00. A date is valid until the start of the next one, exclusive.</summary>
    /// <param name="date">A civil date.</param>
    public static DateTimeOffset StartOfDay(DateOnly date) => new(date, TimeOnly.MinValue, Offset);

    /// <summary>Reads <c>yyyy-MM-dd</c>, ASCII digits only, a day that exists in the calendar.</summary>
    /// <param name="text">The date as written.</param>
    /// <param name="date">The date read.</param>
    /// <returns>False for anything else, 2023-02-30 and surrounding spaces included.</returns>
    public static bool TryParseDate(ReadOnlySpan<char> text, out DateOnly date)
    {
        date = default;
        return text is [_, _, _, _, '-', _, _, '-', _, _]
            && IdentifierText.IsDigits(text[..4]) && IdentifierText.IsDigits(text[5..7]) && IdentifierText.IsDigits(text[8..])
            && TryDate(IdentifierText.Number(text[..4]), IdentifierText.Number(text[5..7]), IdentifierText.Number(text[8..]), out date);
    }

    /// <summary>Reads a month <c>yyyyMM</c>, ASCII digits only.</summary>
    /// <param name="text">The month as written.</param>
    /// <param name="firstDay">Its first day.</param>
    public static bool TryParseMonth(ReadOnlySpan<char> text, out DateOnly firstDay)
    {
        firstDay = default;
        return text.Length == 6 && IdentifierText.IsDigits(text)
            && TryDate(IdentifierText.Number(text[..4]), IdentifierText.Number(text[4..]), day: 1, out firstDay);
    }

    /// <summary>The date of a field.</summary>
    /// <param name="text">The date as written.</param>
    /// <param name="field">Path of the field.</param>
    /// <exception cref="FaultException">Not a date <c>yyyy-MM-dd</c>: <c>DATE_INVALID</c>.</exception>
    public static DateOnly ParseDate(string? text, string field) => TryParseDate(text, out var date)
        ? date
        : throw Require.Malformed("DATE_INVALID", field, "must be a date that exists, written yyyy-MM-dd");

    /// <summary>The month of a field, as its first day.</summary>
    /// <param name="text">The month as written.</param>
    /// <param name="field">Path of the field.</param>
    /// <exception cref="FaultException">Not a month <c>yyyyMM</c>: <c>MONTH_INVALID</c>.</exception>
    public static DateOnly ParseMonth(string? text, string field) => TryParseMonth(text, out var firstDay)
        ? firstDay
        : throw Require.Malformed("MONTH_INVALID", field, "must be a month, written yyyyMM");

    /// <summary>Writes <c>yyyy-MM-dd</c>.</summary>
    /// <param name="date">A civil date.</param>
    public static string Format(DateOnly date) => $"{date.Year:D4}-{date.Month:D2}-{date.Day:D2}";

    /// <summary>Writes the month of a date as <c>yyyyMM</c>.</summary>
    /// <param name="date">Any day of the month.</param>
    public static string FormatMonth(DateOnly date) => $"{date.Year:D4}{date.Month:D2}";

    /// <summary>The date of three numbers; false when it does not exist.</summary>
    internal static bool TryDate(int year, int month, int day, out DateOnly date)
    {
        var exists = year is >= 1 and <= 9999 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month);
        date = exists ? new DateOnly(year, month, day) : default;
        return exists;
    }
}
