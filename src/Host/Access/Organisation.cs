using DataHub.Kernel.Faults;

namespace DataHub.Host.Access;

/// <summary>An organisation as its history leaves it.</summary>
/// <param name="Uscc">Unified social credit code.</param>
/// <param name="Name">Its name.</param>
/// <param name="IsRetired">Its accounts are refused, its grants no longer hold.</param>
public sealed record Organisation(string Uscc, string Name, bool IsRetired)
{
    /// <summary>The organisation after its history; null where nothing happened.</summary>
    /// <param name="history">Its events in order.</param>
    public static Organisation? Replay(IEnumerable<OrganisationEvent> history) => history.Aggregate(default(Organisation), After);

    /// <summary>The organisation after one more event.</summary>
    /// <param name="organisation">Before; null where nothing happened.</param>
    /// <param name="e">What happened.</param>
    public static Organisation After(Organisation? organisation, OrganisationEvent e) => (organisation, e) switch
    {
        (null, OrganisationRegistered registered) => new Organisation(registered.Uscc, registered.Name, IsRetired: false),
        ({ } o, OrganisationRenamed renamed) => o with { Name = renamed.Name },
        ({ IsRetired: false } o, OrganisationRetired) => o with { IsRetired = true },
        _ => throw new InvalidDataException($"{e.GetType().Name} cannot follow {organisation}."),
    };

    /// <summary>Gives it another name; null where it has that name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="act">Who, when.</param>
    /// <exception cref="FaultException">Retired: <c>ORGANISATION_RETIRED</c>.</exception>
    public OrganisationRenamed? Rename(string name, AccessAct act) =>
        IsRetired ? throw AccessFaults.OrganisationRetired(Uscc) : Name == name ? null : new OrganisationRenamed(name, act);

    /// <summary>Retires it.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="act">Who, when.</param>
    /// <exception cref="FaultException">Retired already: <c>ORGANISATION_RETIRED</c>.</exception>
    public OrganisationRetired Retire(string reason, AccessAct act) =>
        IsRetired ? throw AccessFaults.OrganisationRetired(Uscc) : new OrganisationRetired(reason, act);
}
