using DataHub.Kernel.Faults;

namespace DataHub.Host.Access;

/// <summary>A grant as its history leaves it.</summary>
/// <param name="Id">Id of the grant.</param>
/// <param name="Terms">What it allows.</param>
/// <param name="IsRevoked">It allows nothing any more.</param>
public sealed record HeldGrant(string Id, GrantTerms Terms, bool IsRevoked)
{
    /// <summary>The grant after its history; null where nothing happened.</summary>
    /// <param name="history">Its events in order.</param>
    public static HeldGrant? Replay(IEnumerable<GrantEvent> history) => history.Aggregate(default(HeldGrant), After);

    /// <summary>The grant after one more event.</summary>
    /// <param name="grant">Before; null where nothing happened.</param>
    /// <param name="e">What happened.</param>
    public static HeldGrant After(HeldGrant? grant, GrantEvent e) => (grant, e) switch
    {
        (null, GrantMade made) => new HeldGrant(made.Id, made.Terms, IsRevoked: false),
        ({ IsRevoked: false } g, GrantRevoked) => g with { IsRevoked = true },
        _ => throw new InvalidDataException($"{e.GetType().Name} cannot follow {grant}."),
    };

    /// <summary>Revokes it.</summary>
    /// <param name="change">Id of the change approved.</param>
    /// <param name="act">Who, when.</param>
    /// <exception cref="FaultException">Revoked already: <c>GRANT_REVOKED</c>.</exception>
    public GrantRevoked Revoke(string change, AccessAct act) => IsRevoked ? throw AccessFaults.GrantRevoked(Id) : new GrantRevoked(change, act);
}
