using DataHub.Host.Access;
using DataHub.Host.Tests.Support;
using DataHub.Kernel.Access;
using DataHub.Kernel.Faults;
using DataHub.TestKit;

namespace DataHub.Host.Tests.Access;

/// <summary>What nodes know of the register, and that they let nobody in when they do not know.</summary>
public sealed class AccessWatchTests(HostFixture postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Change_MadeElsewhere_IsKnownOnEveryNode()
    {
        await using var offices = await Offices.FoundAsync(postgres);
        await using var one = await WatchingNode.StartAsync(offices.Database.Sources);
        await using var other = await WatchingNode.StartAsync(offices.Database.Sources);
        var certificate = ShownBy(offices, "fep-1");
        Assert.Equal("CERTIFICATE_UNKNOWN", one.Book.Judge(certificate).Refusal!.Code);

        await offices.RegisterAsync(Offices.System("fep-1", SystemRole.Provider));
        foreach (var node in (WatchingNode[])[one, other])
        {
            await node.UntilAsync(book => book.Judge(certificate).Caller is { } caller && caller.Organisation == Offices.Police && caller.Roles.SetEquals([SystemRole.Provider]));
        }

        await offices.Desk.SuspendAsync("fep-1", "strange", Offices.First, Token);
        foreach (var node in (WatchingNode[])[one, other])
        {
            await node.UntilAsync(book => book.Judge(certificate).Refusal?.Code == "ACCOUNT_SUSPENDED");
        }
    }

    [Fact]
    public async Task Grant_OfARetiredOrganisation_HoldsNoMore()
    {
        await using var offices = await Offices.FoundAsync(postgres);
        await using var node = await WatchingNode.StartAsync(offices.Database.Sources);
        await offices.ChangeAsync(new ChangeContent { Grants = [new ProposedGrant("g1", Offices.Terms() with { Consumer = Offices.Police }), new ProposedGrant("g2", Offices.Terms())] });
        await node.UntilAsync(book => FindFor(book, Offices.Police)?.GrantId == "g1");
        await offices.Desk.RetireOrganisationAsync(Offices.Police, "merged", Offices.First, Token);
        await node.UntilAsync(book => FindFor(book, Offices.Police) is null);
        Assert.Equal("g2", FindFor(node.Book, Offices.Bureau)?.GrantId);
    }

    [Fact]
    public async Task Grant_RevokedByTwo_HoldsNoMore()
    {
        await using var offices = await Offices.FoundAsync(postgres);
        await using var node = await WatchingNode.StartAsync(offices.Database.Sources);
        await offices.ChangeAsync(new ChangeContent { Grants = [new ProposedGrant("g1", Offices.Terms()), new ProposedGrant("g2", Offices.Terms(tellsAbsence: true))] });
        await node.UntilAsync(book => FindFor(book, Offices.Bureau) is { GrantId: "g2", TellsAbsence: true });
        await offices.ChangeAsync(new ChangeContent { RevokedGrants = ["g2"] });
        await node.UntilAsync(book => FindFor(book, Offices.Bureau)?.GrantId == "g1");
        await offices.ChangeAsync(new ChangeContent { RevokedGrants = ["g1"] });
        await node.UntilAsync(book => FindFor(book, Offices.Bureau) is null);
    }

    // The poll hangs, as it does when packets are lost: nothing fails, nothing comes.
    [Fact]
    public async Task Judge_WhileTheRegisterIsSilent_IsRefusedUntilItIsHeardAgain()
    {
        await using var offices = await Offices.FoundAsync(postgres);
        await offices.RegisterAsync(Offices.System("fep-1", SystemRole.Provider));
        await using var node = await WatchingNode.StartAsync(offices.Database.Sources);
        var certificate = ShownBy(offices, "fep-1");
        Assert.NotNull(node.Book.Judge(certificate).Caller);

        await using (var blocking = await offices.Database.Sources.Owner.OpenConnectionAsync(Token))
        {
            await using var transaction = await blocking.BeginTransactionAsync(Token);
            await using var block = new Npgsql.NpgsqlCommand("lock table datahub.access_version in access exclusive mode", blocking);
            await block.ExecuteNonQueryAsync(Token);
            await node.UntilAsync(book => CodeOf(() => book.Judge(certificate)) == "ACCESS_UNKNOWN");
            Assert.Equal("ACCESS_UNKNOWN", CodeOf(() => FindFor(node.Book, Offices.Bureau)));
        }

        await node.UntilAsync(book => CodeOf(() => book.Judge(certificate)) == "admitted");
    }

    [Fact]
    public async Task Watch_WhoseConnectionIsKilled_ConnectsAgain()
    {
        await using var offices = await Offices.FoundAsync(postgres);
        await using var node = await WatchingNode.StartAsync(offices.Database.Sources);
        await offices.Database.SuperuserAsync($"select pg_terminate_backend(pid) from pg_stat_activity where application_name = '{offices.Database.Sources.Node.Value}'");
        await offices.RegisterAsync(Offices.System("fep-1", SystemRole.Provider));
        await node.UntilAsync(book => CodeOf(() => book.Judge(ShownBy(offices, "fep-1"))) == "admitted");
    }

    // The clock of the machine is of no account for certificates: that of the hub is.
    [Fact]
    public async Task Judge_OutsideTheValidity_IsRefused()
    {
        var time = new ManualTime();
        await using var offices = await Offices.FoundAsync(postgres, time);
        await offices.RegisterAsync(Offices.System("fep-1", SystemRole.Provider));
        var certificate = ShownBy(offices, "fep-1");
        await using var node = await WatchingNode.StartAsync(offices.Database.Sources, time);
        Assert.NotNull(node.Book.Judge(certificate).Caller);
        time.Advance(TimeSpan.FromDays(8));
        await node.UntilAsync(book => CodeOf(() => book.Judge(certificate)) == "CERTIFICATE_EXPIRED");
        time.Advance(TimeSpan.FromDays(-9));
        await node.UntilAsync(book => CodeOf(() => book.Judge(certificate)) == "CERTIFICATE_EXPIRED");
    }

    [Theory]
    [InlineData("c0ffee0011223344", true)]
    [InlineData("00112233c0ffee00", false)]
    [InlineData(null, false)]
    public async Task Judge_OfACertificateFromOutside_NeedsTheAuthorityOfTheAccount(string? vouchedBy, bool isAdmitted)
    {
        await using var offices = await Offices.FoundAsync(postgres);
        await offices.ChangeAsync(new ChangeContent { Accounts = [Offices.System("outside-1", SystemRole.Consumer) with { Authority = "c0ffee0011223344" }] });
        await using var node = await WatchingNode.StartAsync(offices.Database.Sources);
        var certificate = new ClientCertificate("outside-1", Offices.Certificate("never seen", offices.Time), vouchedBy);
        Assert.Equal(isAdmitted ? "admitted" : "CERTIFICATE_UNKNOWN", CodeOf(() => node.Book.Judge(certificate)));
    }

    // An account of the hub's own authority is nobody's outside.
    [Fact]
    public async Task Judge_OfACertificateFromOutsideForAnOwnAccount_IsRefused()
    {
        await using var offices = await Offices.FoundAsync(postgres);
        await using var node = await WatchingNode.StartAsync(offices.Database.Sources);
        var certificate = new ClientCertificate(Offices.First, Offices.Certificate("never seen", offices.Time), "c0ffee0011223344");
        Assert.Equal("CERTIFICATE_UNKNOWN", CodeOf(() => node.Book.Judge(certificate)));
    }

    private static ClientCertificate ShownBy(Offices offices, string id) => new(id, Offices.Certificate(id, offices.Time));

    private static Grant? FindFor(AccessBook book, string consumer) => book.Find(consumer, "population_person", [], "330715901000", GrantOperations.Verify);

    private static string CodeOf(Func<Admission> judge)
    {
        try
        {
            return judge().Refusal?.Code ?? "admitted";
        }
        catch (FaultException fault)
        {
            return fault.Code;
        }
    }

    private static string CodeOf(Func<Grant?> find) => CodeOf(() => find() is null ? Admission.Refused(AccessFaults.GrantUnknown("", "")) : default);
}
