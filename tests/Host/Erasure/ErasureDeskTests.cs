using DataHub.EventStore;
using DataHub.EventStore.Sealing;
using DataHub.Host.Access;
using DataHub.Host.Erasure;
using DataHub.Host.Tests.Support;
using DataHub.Kernel.Faults;
using DataHub.Ledger;
using DataHub.Ledger.Entries;
using DataHub.Ledger.Search;
using Microsoft.Extensions.DependencyInjection;

namespace DataHub.Host.Tests.Erasure;

/// <summary>Erasing a person by two others, on a real database.</summary>
public sealed class ErasureDeskTests(HostFixture postgres)
{
    private const string Person = "pseudonymofsomebodyknown22";
    private const string Nobody = "pseudonymofnobodyknownhere";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Approve_ErasureOfAPerson_DestroysTheKeyAndEntersTheLedger()
    {
        await using var offices = await FoundAsync();
        var key = await SealForAsync(offices, Person);
        var change = await ProposeAsync(offices, Person, Nobody);
        Assert.NotEmpty(await OpenAsync(offices, key));

        var approved = await offices.Services.GetRequiredService<ErasureDesk>().ApproveAsync(change.Id, Offices.First, Token);
        Assert.Equal(ChangeState.Approved, approved.Change.State);
        Assert.Empty(await OpenAsync(offices, key));
        var erased = Assert.IsType<SubjectsErased>(Assert.Single((await Store(offices).ReadAsync("qinghe/erasure/subjects", cancellationToken: Token)).Events).Data);
        Assert.Equal([new ErasedKey(Person, key)], erased.Keys);
        var entries = await FindAsync(offices);
        Assert.Equal(approved.Leaves, entries.Select(entry => entry.Place.LeafId));
        Assert.Equal([(Person, "OK"), (Nobody, "NO_KEY")], entries.Select(entry => (entry.Entry.Subject, entry.Entry.Outcome)));
        Assert.All(entries, entry => Assert.Equal((Offices.First, Offices.Bureau, "article 47"), (entry.Entry.Account, entry.Entry.Organisation, entry.Entry.LegalBasis)));
    }

    [Fact]
    public async Task Approve_ErasureByWhoProposedIt_ErasesNobody()
    {
        await using var offices = await FoundAsync();
        var key = await SealForAsync(offices, Person);
        var change = await offices.Desk.ProposeAsync(new ChangeContent { Erased = [Person] }, "article 47", Offices.First, Token);
        Assert.Equal("OWN_PROPOSAL", await RefusalOfAsync(offices, change));
        Assert.NotEmpty(await OpenAsync(offices, key));
    }

    [Fact]
    public async Task Approve_LedgerThatTakesNothing_ErasesNobodyAndLeavesTheChangeOpen()
    {
        await using var offices = await FoundAsync();
        var key = await SealForAsync(offices, Person);
        var change = await ProposeAsync(offices, Person);
        await offices.Database.SuperuserAsync("alter table datahub.ledger_entry add constraint nothing_more check (kind <> 9) not valid");
        Assert.NotNull(await Record.ExceptionAsync(() => offices.Services.GetRequiredService<ErasureDesk>().ApproveAsync(change.Id, Offices.First, Token)));

        offices.Services.GetRequiredService<SubjectKeys>().Forget();
        Assert.NotEmpty(await OpenAsync(offices, key));
        Assert.Empty((await Store(offices).ReadAsync("qinghe/erasure/subjects", cancellationToken: Token)).Events);
        await offices.Database.SuperuserAsync("alter table datahub.ledger_entry drop constraint nothing_more");
        Assert.Single((await offices.Services.GetRequiredService<ErasureDesk>().ApproveAsync(change.Id, Offices.First, Token)).Leaves);
    }

    private static IEventStore Store(Offices offices) => offices.Services.GetRequiredService<IEventStore>();

    private static Task<Change> ProposeAsync(Offices offices, params string[] subjects) =>
        offices.Desk.ProposeAsync(new ChangeContent { Erased = subjects }, "article 47", Offices.Admin, Token);

    private static async Task<string> RefusalOfAsync(Offices offices, Change change) =>
        (await Assert.ThrowsAsync<FaultException>(() => offices.Services.GetRequiredService<ErasureDesk>().ApproveAsync(change.Id, Offices.First, Token))).Code;

    private static async Task<long> SealForAsync(Offices offices, string subject)
    {
        await using var transaction = await Store(offices).BeginAsync(Token);
        var keys = await offices.Services.GetRequiredService<SubjectKeys>().EnsureAsync(transaction, [subject], Token);
        await transaction.CommitAsync();
        return keys[subject].Number;
    }

    private static Task<IReadOnlyDictionary<long, Crypto.Sealing.DataKey>> OpenAsync(Offices offices, long key) =>
        offices.Services.GetRequiredService<SubjectKeys>().OpenAsync([key], Token);

    private static Task<IReadOnlyList<RecordedEntry>> FindAsync(Offices offices) =>
        offices.Services.GetRequiredService<LedgerSearch>().FindAsync(new LedgerQuery { Kinds = [EntryKind.Erased] }, Token);

    private Task<Offices> FoundAsync() => Offices.FoundAsync(
        postgres,
        more: services =>
        {
            services.AddSingleton(LedgeringServer.Signers);
            services.AddLedger();
            services.AddSingleton<ErasureDesk>();
        });
}
