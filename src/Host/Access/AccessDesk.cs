using DataHub.EventStore;
using DataHub.EventStore.Streams;
using DataHub.Host.Storage;
using DataHub.Kernel.Access;
using DataHub.Kernel.Faults;

namespace DataHub.Host.Access;

/// <summary>Where the register is changed: organisations by one person, accounts, roles and grants by two, stopping by one.</summary>
internal sealed class AccessDesk(IEventStore events, AccessStreams streams, ChangeEffects effects, AccessNews news, TimeProvider time)
{
    /// <summary>Registers an organisation, or gives it another name.</summary>
    public Task<Organisation> RegisterOrganisationAsync(string uscc, string name, string by, CancellationToken cancellationToken) => ChangeAsync(async access =>
    {
        var known = (await access.OrganisationsAsync([uscc], cancellationToken)).GetValueOrDefault(uscc);
        OrganisationEvent? e = known is null ? new OrganisationRegistered(uscc, name, ActOf(by)) : known.State.Rename(name, ActOf(by));
        return await AppendAsync(access, known, e, cancellationToken);
    }, cancellationToken);

    /// <summary>Retires an organisation.</summary>
    public Task<Organisation> RetireOrganisationAsync(string uscc, string reason, string by, CancellationToken cancellationToken) => ChangeAsync(async access =>
    {
        (await PersonAsync(access, by, cancellationToken)).RequirePerson(SystemRole.SecurityAdministrator);
        var known = (await access.OrganisationsAsync([uscc], cancellationToken)).GetValueOrDefault(uscc) ?? throw AccessFaults.OrganisationUnknown(uscc, "uscc");
        return await AppendAsync(access, known, known.State.Retire(reason, ActOf(by)), cancellationToken);
    }, cancellationToken);

    /// <summary>Proposes a change; what would not be possible now is refused at once.</summary>
    public Task<Change> ProposeAsync(ChangeContent content, string reason, string by, CancellationToken cancellationToken) => ChangeAsync(async access =>
    {
        var now = time.GetUtcNow();
        var proposed = Change.Propose(Guid.CreateVersion7(now).ToString("N"), content, reason, await PersonAsync(access, by, cancellationToken), now);
        _ = effects.Of(content, proposed.Id, await access.ViewOfAsync(content, cancellationToken), proposed.Act);
        await access.AppendAsync([streams.Event(before: null, proposed)], cancellationToken);
        return Change.After(change: null, proposed);
    }, cancellationToken);

    /// <summary>Approves a change and puts it into force, all of it or nothing.</summary>
    public Task<Change> ApproveAsync(string id, string by, CancellationToken cancellationToken) => ApproveAsync(id, by, (_, _, _) => Task.CompletedTask, cancellationToken);

    /// <summary>Approves a change that has effects beyond the register, in the same transaction.</summary>
    /// <param name="id">Id of the change.</param>
    /// <param name="by">Who approves.</param>
    /// <param name="beyond">Those effects: in this transaction, of this change, approved by this account.</param>
    /// <param name="cancellationToken">Stops before the commit.</param>
    public Task<Change> ApproveAsync(string id, string by, Func<EventTransaction, Change, Account, Task> beyond, CancellationToken cancellationToken) => ChangeAsync(async access =>
    {
        var change = await ChangeOfAsync(access, id, cancellationToken);
        var approver = await PersonAsync(access, by, cancellationToken);
        var approved = change.State.Approve(approver, time.GetUtcNow());
        var content = change.State.Proposed.Content;
        var done = effects.Of(content, id, await access.ViewOfAsync(content, cancellationToken), approved.Act);
        await access.AppendAsync([streams.Event(change, approved), .. done], cancellationToken);
        var after = Change.After(change.State, approved);
        await beyond(access.Events, after, approver);
        return after;
    }, cancellationToken);

    /// <summary>Rejects a change.</summary>
    public Task<Change> RejectAsync(string id, string reason, string by, CancellationToken cancellationToken) =>
        DecideAsync(id, by, (change, person) => change.Reject(person, reason, time.GetUtcNow()), cancellationToken);

    /// <summary>Takes a change back.</summary>
    public Task<Change> WithdrawAsync(string id, string by, CancellationToken cancellationToken) =>
        DecideAsync(id, by, (change, person) => change.Withdraw(person, time.GetUtcNow()), cancellationToken);

    /// <summary>Stops an account at once.</summary>
    public Task<Account> SuspendAsync(string id, string reason, string by, CancellationToken cancellationToken) => ChangeAsync(async access =>
    {
        (await PersonAsync(access, by, cancellationToken)).RequirePerson(SystemRole.SecurityAdministrator);
        var account = (await access.AccountsAsync([id], cancellationToken)).GetValueOrDefault(id) ?? throw AccessFaults.AccountUnknown(id, "account_id");
        var suspended = account.State.Suspend(reason, ActOf(by));
        await access.AppendAsync([streams.Event(account, suspended)], cancellationToken);
        return Account.After(account.State, suspended);
    }, cancellationToken);

    /// <summary>Makes the first administrators, for whoever holds the data folder; returns how many.</summary>
    /// <exception cref="FaultException">There are administrators: <c>FOUNDED_ALREADY</c>.</exception>
    public Task<int> FoundAsync(string uscc, string name, IReadOnlyList<ProposedAccount> persons, CancellationToken cancellationToken) => ChangeAsync(async access =>
    {
        if (await access.HasAdministratorAsync(cancellationToken))
        {
            throw AccessFaults.FoundedAlready();
        }

        var act = ActOf(AccessAct.Folder);
        var known = (await access.OrganisationsAsync([uscc], cancellationToken)).GetValueOrDefault(uscc);
        await AppendAsync(access, known, known is null ? new OrganisationRegistered(uscc, name, act) : known.State.Rename(name, act), cancellationToken);
        var content = new ChangeContent { Accounts = persons };
        return await AppendFoundersAsync(access, content, act, cancellationToken);
    }, cancellationToken);

    private async Task<int> AppendFoundersAsync(AccessTransaction access, ChangeContent content, AccessAct act, CancellationToken cancellationToken)
    {
        var done = effects.Of(content, change: "", await access.ViewOfAsync(content, cancellationToken), act);
        await access.AppendAsync(done, cancellationToken);
        return done.Count;
    }

    private Task<Change> DecideAsync(string id, string by, Func<Change, Account, ChangeEvent> decide, CancellationToken cancellationToken) => ChangeAsync(async access =>
    {
        var change = await ChangeOfAsync(access, id, cancellationToken);
        var decided = decide(change.State, await PersonAsync(access, by, cancellationToken));
        await access.AppendAsync([streams.Event(change, decided)], cancellationToken);
        return Change.After(change.State, decided);
    }, cancellationToken);

    private async Task<T> ChangeAsync<T>(Func<AccessTransaction, Task<T>> change, CancellationToken cancellationToken)
    {
        T changed;
        await using (var transaction = await events.BeginAsync(cancellationToken))
        {
            changed = await change(await AccessTransaction.TakeTurnAsync(transaction, cancellationToken));
            await transaction.CommitAsync();
        }

        await news.TellAsync();
        return changed;
    }

    private async Task<Organisation> AppendAsync(AccessTransaction access, Held<Organisation>? known, OrganisationEvent? e, CancellationToken cancellationToken)
    {
        if (e is null)
        {
            return known!.State;
        }

        await access.AppendAsync([streams.Event(known, e)], cancellationToken);
        return Organisation.After(known?.State, e);
    }

    // Who acts is looked up again in the transaction: what the call was admitted by may be a second old.
    private static async Task<Account> PersonAsync(AccessTransaction access, string id, CancellationToken cancellationToken) =>
        (await access.AccountsAsync([id], cancellationToken)).GetValueOrDefault(id)?.State ?? throw AccessFaults.RoleRequired(id);

    private static async Task<Held<Change>> ChangeOfAsync(AccessTransaction access, string id, CancellationToken cancellationToken) =>
        (await access.ChangesAsync([id], cancellationToken)).GetValueOrDefault(id) ?? throw AccessFaults.ChangeUnknown(id);

    private AccessAct ActOf(string by) => new(by, time.GetUtcNow());
}
