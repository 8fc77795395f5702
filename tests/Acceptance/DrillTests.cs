using DataHub.Acceptance.Tests.Support;

namespace DataHub.Acceptance.Tests;

/// <summary>The drills, small, through the command line.</summary>
public sealed class DrillTests
{
    [Fact]
    public async Task DrillStore_FewKillsAndAShortRace_LosesNothingAndShowsThatAPlainCursorWould()
    {
        await using var drill = await HubProcess.RunAsync("drill", "store", "--kills", "2", "--reader-seconds", "4");
        Assert.Equal("", drill.Errors);
        Assert.Equal(0, await drill.ExitAsync());
        Assert.Contains("PostgreSQL killed: 2 times;", drill.Output, StringComparison.Ordinal);
        Assert.Contains("process of the store killed: 2 times;", drill.Output, StringComparison.Ordinal);
        Assert.Contains("missed by the store's reader: 0", drill.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("G1", "G2", "G3", "G4")]
    [InlineData("G5", "G6", "G7", "G8", "G9")]
    [InlineData("G10", "G11", "G12", "G13")]
    public async Task DrillHostile_EveryRowSmall_HurtsNobody(params string[] rows)
    {
        await using var drill = await HubProcess.RunAsync(["drill", "hostile", "--scale", "0.01", "--p99-ms", "60000", "--rows", .. rows]);
        Assert.Equal("", drill.Errors);
        Assert.Equal(0, await drill.ExitAsync());
        Assert.All(rows, row => Assert.Contains($"{row} ", drill.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task DrillHostile_WithHonestCallsSlowerThanAllowed_Fails()
    {
        await using var drill = await HubProcess.RunAsync("drill", "hostile", "--rows", "G7", "--scale", "0.01", "--p99-ms", "0");
        Assert.Equal(2, await drill.ExitAsync());
        Assert.Contains("hub: G7: p99 of the honest was", drill.Errors, StringComparison.Ordinal);
    }
}
