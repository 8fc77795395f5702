using System.Globalization;
using Bogus;

namespace DataHub.Town;

/// <summary>Dates drawn and written. All instants are those of Asia/Shanghai, +08:00.</summary>
internal static class Days
{
    private static readonly TimeSpan Shanghai = TimeSpan.FromHours(8);

    /// <summary>The beginning of a day: departments export at night what the day before left.</summary>
    public static DateTimeOffset Watermark(DateOnly day) => new(day, TimeOnly.MinValue, Shanghai);

    /// <summary>A day from <paramref name="first"/> to <paramref name="last"/>, both included; <paramref name="first"/> when they are the wrong way round.</summary>
    public static DateOnly Between(Randomizer random, DateOnly first, DateOnly last) =>
        first.AddDays(random.Int(0, Math.Max(0, last.DayNumber - first.DayNumber)));

    /// <summary>A minute of office hours on such a day.</summary>
    public static DateTimeOffset MomentBetween(Randomizer random, DateOnly first, DateOnly last) =>
        new(Between(random, first, last), new TimeOnly(random.Int(9, 16), random.Int(0, 59), random.Int(0, 59)), Shanghai);

    /// <summary>A day of the given year.</summary>
    public static DateOnly InYear(Randomizer random, int year) => new DateOnly(year, 1, 1).AddDays(random.Int(0, 364));

    public static DateOnly Later(DateOnly one, DateOnly other) => one > other ? one : other;

    public static DateOnly Earlier(DateOnly one, DateOnly other) => one < other ? one : other;

    /// <summary>Months from the month of one day to that of a later one.</summary>
    public static int MonthsBetween(DateOnly from, DateOnly to) => ((to.Year - from.Year) * 12) + to.Month - from.Month;

    /// <summary>Completed years of life.</summary>
    public static int Age(DateOnly birth, DateOnly on) => on.Year - birth.Year - (on < birth.AddYears(on.Year - birth.Year) ? 1 : 0);

    public static string Text(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "";

    public static string Text(DateTimeOffset moment) => moment.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);

    public static string Month(DateOnly day) => day.ToString("yyyyMM", CultureInfo.InvariantCulture);
}
