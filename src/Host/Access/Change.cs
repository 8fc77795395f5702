using DataHub.Kernel.Access;
using DataHub.Kernel.Faults;

namespace DataHub.Host.Access;

/// <summary>Where a proposed change stands.</summary>
public enum ChangeState
{
    /// <summary>Waits for a second person.</summary>
    Proposed = 1,

    /// <summary>In force.</summary>
    Approved = 2,

    /// <summary>Refused by a second person.</summary>
    Rejected = 3,

    /// <summary>Taken back.</summary>
    Withdrawn = 4,
}

/// <summary>A change of who may do what, as its history leaves it: proposed by one person, decided by another.</summary>
/// <param name="Proposed">How it began.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Decision">Who decided, when; null while it waits.</param>
public sealed record Change(ChangeProposed Proposed, ChangeState State, AccessAct? Decision)
{
    /// <summary>Id of the change.</summary>
    public string Id => Proposed.Id;

    /// <summary>The change after its history; null where nothing happened.</summary>
    /// <param name="history">Its events in order.</param>
    public static Change? Replay(IEnumerable<ChangeEvent> history) => history.Aggregate(default(Change), After);

    /// <summary>The change after one more event.</summary>
    /// <param name="change">Before; null where nothing happened.</param>
    /// <param name="e">What happened.</param>
    public static Change After(Change? change, ChangeEvent e) => (change, e) switch
    {
        (null, ChangeProposed proposed) => new Change(proposed, ChangeState.Proposed, Decision: null),
        ({ State: ChangeState.Proposed } c, ChangeApproved) => c with { State = ChangeState.Approved, Decision = e.Act },
        ({ State: ChangeState.Proposed } c, ChangeRejected) => c with { State = ChangeState.Rejected, Decision = e.Act },
        ({ State: ChangeState.Proposed } c, ChangeWithdrawn) => c with { State = ChangeState.Withdrawn, Decision = e.Act },
        _ => throw new InvalidDataException($"{e.GetType().Name} cannot follow {change?.State.ToString() ?? "nothing"}."),
    };

    /// <summary>Proposes a change.</summary>
    /// <param name="id">Id it will have.</param>
    /// <param name="content">What is to be changed.</param>
    /// <param name="reason">Why.</param>
    /// <param name="proposer">Account of the proposer, as it is now.</param>
    /// <param name="at">When.</param>
    /// <exception cref="FaultException">Not a person who administers: <c>PERSON_REQUIRED</c>, <c>ROLE_REQUIRED</c>.</exception>
    public static ChangeProposed Propose(string id, ChangeContent content, string reason, Account proposer, DateTimeOffset at)
    {
        proposer.RequirePerson(SystemRole.SystemAdministrator, SystemRole.SecurityAdministrator);
        return new ChangeProposed(id, content, reason, new AccessAct(proposer.Id, at));
    }

    /// <summary>Approves it: by another person, who is a security administrator now and whom it does not concern.</summary>
    /// <param name="approver">Account of the approver, as it is now.</param>
    /// <param name="at">When.</param>
    /// <exception cref="FaultException"><c>PERSON_REQUIRED</c>, <c>ROLE_REQUIRED</c>, <c>OWN_PROPOSAL</c>, <c>OWN_ACCOUNT</c>, <c>CHANGE_DECIDED</c>.</exception>
    public ChangeApproved Approve(Account approver, DateTimeOffset at)
    {
        approver.RequirePerson(SystemRole.SecurityAdministrator);
        RequireOpen();
        if (approver.Id == Proposed.Act.By)
        {
            throw AccessFaults.OwnProposal(Id);
        }

        return Proposed.Content.AccountIds.Contains(approver.Id)
            ? throw AccessFaults.OwnAccount(Id)
            : new ChangeApproved(new AccessAct(approver.Id, at));
    }

    /// <summary>Rejects it.</summary>
    /// <param name="approver">Account of who rejects it, as it is now.</param>
    /// <param name="reason">Why.</param>
    /// <param name="at">When.</param>
    /// <exception cref="FaultException"><c>PERSON_REQUIRED</c>, <c>ROLE_REQUIRED</c>, <c>OWN_PROPOSAL</c>, <c>CHANGE_DECIDED</c>.</exception>
    public ChangeRejected Reject(Account approver, string reason, DateTimeOffset at)
    {
        approver.RequirePerson(SystemRole.SecurityAdministrator);
        RequireOpen();
        return approver.Id == Proposed.Act.By ? throw AccessFaults.OwnProposal(Id) : new ChangeRejected(reason, new AccessAct(approver.Id, at));
    }

    /// <summary>Takes it back.</summary>
    /// <param name="proposer">Account of who proposed it, as it is now.</param>
    /// <param name="at">When.</param>
    /// <exception cref="FaultException">Somebody else's: <c>PROPOSAL_OF_OTHER</c>; <c>CHANGE_DECIDED</c>.</exception>
    public ChangeWithdrawn Withdraw(Account proposer, DateTimeOffset at)
    {
        RequireOpen();
        return proposer.Id == Proposed.Act.By ? new ChangeWithdrawn(new AccessAct(proposer.Id, at)) : throw AccessFaults.OthersProposal(Id);
    }

    private void RequireOpen()
    {
        if (State is not ChangeState.Proposed)
        {
            throw AccessFaults.Decided(Id, State);
        }
    }
}
