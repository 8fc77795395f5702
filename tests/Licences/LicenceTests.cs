using DataHub.Crypto.Sealing;
using DataHub.Kernel.Faults;
using DataHub.Kernel.Time;
using DataHub.V1;
using FsCheck;
using FsCheck.Fluent;

namespace DataHub.Licences.Tests;

public sealed class LicenceTests
{
    private static readonly DateOnly Day0 = new(2026, 3, 1);
    private static readonly Act Clerk = new("builder-1", LicencesFixture.Builder, "", CivilTime.StartOfDay(Day0));
    private static readonly LicenceRevoked Revocation = new(new SealedValue(1, [1]), Clerk);

    // Lawful histories: minted with or without an end, then revoked or not.
    private static readonly Arbitrary<(int? Days, bool IsRevoked, int Asked)> Histories = (
        from days in Gen.Choose(0, 1_000)
        from hasEnd in Gen.Elements(true, false)
        from isRevoked in Gen.Elements(true, false)
        from asked in Gen.Choose(-10, 1_010)
        select (hasEnd ? days : (int?)null, isRevoked, asked)).ToArbitrary();

    [Fact]
    public void StateOn_AnyLawfulHistory_RevokedIsFinalAndTheLastDayCounts() => Prop.ForAll(Histories, history =>
    {
        LicenceEvent[] events = history.IsRevoked ? [MintedFor(history.Days), Revocation] : [MintedFor(history.Days)];
        var expected = history.IsRevoked ? LicenceState.Revoked : history.Asked > history.Days ? LicenceState.Expired : LicenceState.Valid;
        return Licence.Replay(events)!.StateOn(Day0.AddDays(history.Asked)) == expected;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000).WithQuietOnSuccess(true));

    [Fact]
    public void Replay_AnyOrderThatIsNotLawful_IsRefused()
    {
        var minted = MintedFor(1);
        LicenceEvent[][] histories = [[Revocation], [minted, minted], [minted, Revocation, Revocation], [minted, Revocation, minted]];
        Assert.All(histories, history => Assert.Throws<InvalidDataException>(() => Licence.Replay(history)));
        Assert.Null(Licence.Replay([]));
    }

    [Theory]
    [InlineData("2026-03-02T15:59:59Z", LicenceState.Valid)]
    [InlineData("2026-03-02T16:00:00Z", LicenceState.Expired)]
    public void StateOn_MidnightInShanghai_EndsTheLastDay(string instant, LicenceState expected) => Assert.Equal(
        expected, Licence.Replay([MintedFor(1)])!.StateOn(CivilTime.DateOf(DateTimeOffset.Parse(instant, System.Globalization.CultureInfo.InvariantCulture))));

    [Fact]
    public void RequireRevocable_OtherAuthority_IsDeniedWhateverTheState() => Assert.All(
        [Licence.Replay([MintedFor(1)])!, Licence.Replay([MintedFor(1), Revocation])!],
        licence => Assert.Equal("LICENCE_OF_OTHER_ISSUER", Assert.Throws<FaultException>(() => licence.RequireRevocable(LicencesFixture.Health, Day0)).Code));

    [Fact]
    public void RequireRevocable_OnlyAValidLicence_IsAllowed()
    {
        Licence.Replay([MintedFor(1)])!.RequireRevocable(LicencesFixture.Builder, Day0.AddDays(1));
        Assert.Equal("LICENCE_STATE", Assert.Throws<FaultException>(() => Licence.Replay([MintedFor(1)])!.RequireRevocable(LicencesFixture.Builder, Day0.AddDays(2))).Code);
        Assert.Equal("LICENCE_STATE", Assert.Throws<FaultException>(() => Licence.Replay([MintedFor(1), Revocation])!.RequireRevocable(LicencesFixture.Builder, Day0)).Code);
    }

    private static LicenceMinted MintedFor(int? days) =>
        new("id", "holder", null, days is { } count ? Day0.AddDays(count) : null, new SealedValue(1, [1]), [], Clerk);
}
