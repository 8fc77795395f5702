using DataHub.Kernel.Faults;
using DataHub.V1;

namespace DataHub.Licences.Tests.Minting;

public sealed class LicenceRegisterTests(LicencesFixture run) : LicencesTest(run)
{
    [Fact]
    public async Task Mint_SameAgain_FindsTheFirstWithItsSignature()
    {
        var first = await MintAsync(Orders.Of());
        Time.Advance(TimeSpan.FromDays(1));
        var again = await MintAsync(Orders.Of(change: r => r.Version = 1));
        Assert.Equal((false, true, first.Id), (first.Repeated, again.Repeated, again.Id));
        Assert.Equal(DocumentOf(first), DocumentOf(again));
        Assert.Equal(1L, await Database.SuperuserAsync("select count(*) from datahub.mt_events"));
    }

    [Fact]
    public async Task Mint_SameSerialOtherContent_IsRefused()
    {
        await MintAsync(Orders.Of());
        var fault = await RefusedAsync("LICENCE_EXISTS", () => MintAsync(Orders.Of(change: r => r.Fields["trade"] = "架子工")));
        Assert.Equal((FaultKind.Exists, "serial"), (fault.Kind, fault.Field));
    }

    [Fact]
    public async Task Mint_SameSerialOfAnotherIssuer_IsAnotherLicence()
    {
        var ours = await MintAsync(Orders.Of());
        var theirs = await Register.MintAsync(Health, Orders.Of(), Token);
        Assert.NotEqual(ours.Id, theirs.Id);
        Assert.False(theirs.Repeated);
    }

    [Fact]
    public async Task Mint_ManyTimesAtOnce_OneIsMintedAndAllGetIt()
    {
        var minted = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => MintAsync(Orders.Of()), Token)));
        Assert.Single(minted, licence => !licence.Repeated);
        Assert.Single(minted.Select(DocumentOf).Distinct());
        Assert.Equal(1L, await Database.SuperuserAsync("select count(*) from datahub.mt_events"));
    }

    [Fact]
    public async Task Mint_OrganisationWithoutKey_IsRefused() =>
        await RefusedAsync("ISSUER_KEY_MISSING", () => Register.MintAsync(Builder with { Organisation = "91330100799655058B" }, Orders.Of(), Token));

    [Fact]
    public async Task Mint_Stored_ShowsNeitherHolderNorReason()
    {
        var minted = await MintAsync(Orders.Of());
        await RevokeAsync(minted.Id);
        string[] personal = ["张三丰", Orders.Holder, "1949", "建筑电工", "培训考核", Convert.ToHexStringLower(minted.Paper.Signature), Convert.ToBase64String(minted.Paper.Signature)];
        var text = (string)(await Database.SuperuserAsync("select string_agg(e::text, ' ') from datahub.mt_events e"))!;
        Assert.Contains("licence_revoked", text, StringComparison.Ordinal);
        Assert.All(personal, value => Assert.DoesNotContain(value, text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Mint_HolderErased_CannotBeRepeatedFromNothing()
    {
        await MintAsync(Orders.Of());
        await EraseHolderAsync(Orders.Holder);
        await RefusedAsync("LICENCE_ERASED", () => MintAsync(Orders.Of()));
    }

    [Fact]
    public async Task Mint_Company_IsSealedUnderAKeyOfItsOwn()
    {
        var minted = await MintAsync(Orders.Of(change: r => (r.HolderIdType, r.HolderId, r.HolderName) = ("001", "91330100799655058B", "示例科技有限公司")));
        Assert.Equal(0L, await Database.SuperuserAsync("select count(*) from datahub.subject_key"));
        Assert.Equal(minted.Paper.Document, await Register.DocumentOfAsync((await Register.FindAsync(minted.Id, Token))!, Token));
    }

    [Fact]
    public async Task Revoke_Valid_EndsItWithReasonAndInstant()
    {
        var minted = await MintAsync(Orders.Of());
        Time.Advance(TimeSpan.FromDays(3));
        var status = await RevokeAsync(minted.Id);
        Assert.Equal((LicenceState.Revoked, "培训考核记录失实", Time.GetUtcNow()), (status.State, status.Reason, status.Since.ToDateTimeOffset()));
        var licence = (await Register.FindAsync(minted.Id, Token))!;
        Assert.Equal(status, await Register.StatusOfAsync(licence, Token));
        Assert.Equal("行政许可法第六十九条", licence.Revoked!.Act.Basis);
    }

    [Fact]
    public async Task Revoke_Twice_IsRefused()
    {
        var minted = await MintAsync(Orders.Of());
        await RevokeAsync(minted.Id);
        await RefusedAsync("LICENCE_STATE", () => RevokeAsync(minted.Id));
    }

    [Fact]
    public async Task Revoke_TwiceAtOnce_OneWins()
    {
        var minted = await MintAsync(Orders.Of());
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(async () => await CodeOfAsync(() => RevokeAsync(minted.Id)), Token)));
        Assert.Single(outcomes, "revoked");
        Assert.Single(outcomes, code => code is "STREAM_CONFLICT" or "LICENCE_STATE");
    }

    [Fact]
    public async Task Revoke_ByAnotherIssuer_IsDenied()
    {
        var minted = await MintAsync(Orders.Of());
        var fault = await RefusedAsync("LICENCE_OF_OTHER_ISSUER", () => Register.RevokeAsync(Health, minted.Id, "r", "b", Token));
        Assert.Equal(FaultKind.Denied, fault.Kind);
        Assert.Null((await Register.FindAsync(minted.Id, Token))!.Revoked);
    }

    [Fact]
    public async Task Revoke_NeverMinted_IsUnknown() => await RefusedAsync("LICENCE_UNKNOWN", () => RevokeAsync("1.2.156.3005.2.x"));

    [Fact]
    public async Task Status_Expired_SinceTheMidnightAfterTheLastDay()
    {
        var minted = await MintAsync(Orders.Of(change: r => r.ValidTo = "2026-03-01"));
        Time.Advance(TimeSpan.FromDays(30));
        var status = await Register.StatusOfAsync((await Register.FindAsync(minted.Id, Token))!, Token);
        Assert.Equal((LicenceState.Expired, new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.FromHours(8))), (status.State, status.Since.ToDateTimeOffset()));
    }

    private static async Task<string> CodeOfAsync(Func<Task> act)
    {
        try
        {
            await act();
            return "revoked";
        }
        catch (FaultException fault)
        {
            return fault.Code;
        }
    }
}
