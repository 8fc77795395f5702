using System.Globalization;
using DataHub.Kernel.Faults;
using DataHub.Kernel.Time;
using FsCheck;
using FsCheck.Fluent;

namespace DataHub.Kernel.Tests.Time;

public sealed class CivilTimeTests
{
    [Theory]
    [InlineData("2026-11-20T15:59:59Z", "2026-11-20")]
    [InlineData("2026-11-20T16:00:00Z", "2026-11-21")]
    [InlineData("2026-11-20T23:00:00-08:00", "2026-11-21")]
    public void DateOf_Instant_IsTheDateInShanghai(string instant, string date) =>
        Assert.Equal(date, CivilTime.Format(CivilTime.DateOf(DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture))));

    [Fact]
    public void Today_Clock_IsTheDateInShanghai() =>
        Assert.Equal(new DateOnly(2027, 1, 1), CivilTime.Today(new Clock(new DateTimeOffset(2026, 12, 31, 16, 0, 0, TimeSpan.Zero))));

    [Fact]
    public void StartOfDay_AnyDate_IsItsFirstInstant() => Prop.ForAll(Dates, date =>
        CivilTime.DateOf(CivilTime.StartOfDay(date)) == date && CivilTime.DateOf(CivilTime.StartOfDay(date).AddTicks(-1)) == date.AddDays(-1))
        .QuickCheckThrowOnFailure();

    [Fact]
    public void TryParseDate_AnyDateWritten_ComesBack() =>
        Prop.ForAll(Dates, date => CivilTime.TryParseDate(CivilTime.Format(date), out var read) && read == date).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("2023-02-30")]
    [InlineData("2023-02-29")]
    [InlineData("1900-02-29")]
    [InlineData("2023-13-01")]
    [InlineData("2023-00-01")]
    [InlineData("2023-01-00")]
    [InlineData("0000-01-01")]
    [InlineData("2023-1-1")]
    [InlineData("20230101")]
    [InlineData("2023/01/01")]
    [InlineData(" 2023-01-01")]
    [InlineData("2023-01-01\n")]
    [InlineData("２０２３-01-01")]
    [InlineData("2023-01-01T00:00:00")]
    [InlineData("")]
    [InlineData(null)]
    public void TryParseDate_AnythingElse_IsRefused(string? text)
    {
        Assert.False(CivilTime.TryParseDate(text, out _));
        var fault = Assert.Throws<FaultException>(() => CivilTime.ParseDate(text, "valid_to"));
        Assert.Equal(("DATE_INVALID", "valid_to"), (fault.Code, fault.Field));
    }

    [Fact]
    public void ParseMonth_Month_IsItsFirstDay()
    {
        Assert.Equal(new DateOnly(2026, 1, 1), CivilTime.ParseMonth("202601", "due_month"));
        Assert.Equal("202601", CivilTime.FormatMonth(new DateOnly(2026, 1, 31)));
    }

    [Theory]
    [InlineData("202613")]
    [InlineData("202600")]
    [InlineData("000001")]
    [InlineData("2026-01")]
    [InlineData("２０２６０１")]
    [InlineData(null)]
    public void ParseMonth_AnythingElse_IsRefused(string? text) =>
        Assert.Equal("MONTH_INVALID", Assert.Throws<FaultException>(() => CivilTime.ParseMonth(text, "due_month")).Code);

    private static Arbitrary<DateOnly> Dates =>
        Gen.Choose(new DateOnly(1000, 1, 1).DayNumber, new DateOnly(9000, 1, 1).DayNumber).Select(DateOnly.FromDayNumber).ToArbitrary();

    private sealed class Clock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
