using DataHub.Bench.Measuring;

namespace DataHub.Bench.Tests.Measuring;

public sealed class PairsTests
{
    [Fact]
    public async Task RunAsync_FloorAndCandidate_RunInTurnsAndTheFirstPairIsNotCounted()
    {
        var order = new List<string>();
        double[] floors = [1, 100, 200, 100, 100, 100];
        double[] candidates = [1, 50, 150, 90, 80, 10];
        var pairs = await Pairs.RunAsync("test", "calls/s", 5, () => NextAsync("floor", floors), () => NextAsync("hub", candidates));

        Assert.Equal(Enumerable.Repeat<string[]>(["floor", "hub"], 6).SelectMany(turn => turn), order);
        Assert.Equal([0.5, 0.75, 0.9, 0.8, 0.1], pairs.Ratios.Select(ratio => Math.Round(ratio, 3)));
        Assert.Equal(0.75, pairs.Ratio);

        Task<Sample> NextAsync(string side, double[] rates)
        {
            order.Add(side);
            return Task.FromResult(new Sample(rates[order.Count(name => name == side) - 1], 1, 1));
        }
    }

    [Fact]
    public async Task RunAsync_TooFewPairs_IsRefused() =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Pairs.RunAsync("test", "", 4, () => throw new InvalidOperationException(), () => throw new InvalidOperationException()));

    [Theory]
    [InlineData(3.0, 5, 1, 3)]
    [InlineData(2.5, 4, 1, 2, 3)]
    public void Median_OddAndEven_IsTheMiddle(double median, params int[] values) => Assert.Equal(median, Pairs.Median(values.Select(value => (double)value)));
}
