using DataHub.Kernel.Alerts;
using DataHub.Verification.Asking;
using DataHub.Verification.Brakes;

namespace DataHub.Verification.Tests.Brakes;

public sealed class CallerWatchTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly CallerWatch _watch = new(new BrakeOptions());

    [Fact]
    public void Asked_ManyOfOneNeighbourhood_RaisesEnumerationOnceAWindow()
    {
        var raised = Enumerable.Range(0, 30).Select(i => Asked(i, "n")).ToList();
        Assert.Equal(9, raised.FindIndex(alert => alert is not null));
        var alert = Assert.Single(raised.OfType<Alert>());
        Assert.Equal(("ENUMERATION", AlertLevel.Warning, "a"), (alert.Code, alert.Level, alert.Account));
        Assert.Null(Asked(31, "n", Now.AddMinutes(59)));
        Assert.Single(Enumerable.Range(0, 10).Select(i => Asked(i, "n", Now.AddHours(1))).OfType<Alert>());
    }

    [Fact]
    public void Asked_ManyOfManyNeighbourhoodsOrOneAgainAndAgain_IsOrdinary()
    {
        Assert.All(Enumerable.Range(0, 30_000), i => Assert.Null(Asked(i, $"n{i / 9}")));
        Assert.All(Enumerable.Range(0, 100), _ => Assert.Null(Asked(1, "same")));
        Assert.All(Enumerable.Range(0, 100), i => Assert.Null(_watch.Asked("a", new AskedSubject($"company{i}", null), Now)));
    }

    [Fact]
    public void Asked_OneNeighbourhoodByManyCallers_IsEachCallersOwn() =>
        Assert.All(Enumerable.Range(0, 20), i => Assert.Null(_watch.Asked($"a{i}", new AskedSubject($"s{i}", "n"), Now)));

    [Theory]
    [InlineData(2, 0)]
    [InlineData(3, 1)]
    public void Answered_ShareOfNegativeAnswersAboveTheLimit_RaisesMismatchRatio(int negative, int alerts)
    {
        var raised = Enumerable.Range(0, 500).SelectMany(i => Answered(isNegative: i < negative)).ToList();
        Assert.Equal(alerts, raised.Count(alert => alert.Code == "MISMATCH_RATIO"));
        Assert.Equal(1 - alerts, Answered(isNegative: true).Count); // Told already, or over the limit only now.
    }

    [Fact]
    public void Answered_FewAnswers_SayNothing() => Assert.Empty(Enumerable.Range(0, 499).SelectMany(_ => Answered(isNegative: true)));

    [Fact]
    public void Answered_MostlyNoRecord_RaisesEnumeration() =>
        Assert.Equal("ENUMERATION", Assert.Single(Enumerable.Range(0, 199).SelectMany(i => Answered(isNegative: true, isAbsent: i % 2 == 0 || i > 150))).Code);

    private Alert? Asked(int subject, string neighbourhood, DateTimeOffset? now = null) => _watch.Asked("a", new AskedSubject($"s{subject}", neighbourhood), now ?? Now);

    private IReadOnlyList<Alert> Answered(bool isNegative, bool isAbsent = false) => [.. _watch.Answered("a", isNegative, isAbsent, Now)];
}
