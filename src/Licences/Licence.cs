using DataHub.Kernel.Faults;
using DataHub.Kernel.Time;
using DataHub.V1;

namespace DataHub.Licences;

/// <summary>A licence as its history leaves it. Decisions return the next fact and change nothing.</summary>
/// <param name="Minted">How it came to be.</param>
/// <param name="Revoked">How it ended; null while it has not.</param>
internal sealed record Licence(LicenceMinted Minted, LicenceRevoked? Revoked)
{
    public string Id => Minted.Id;

    public static Licence? Replay(IEnumerable<LicenceEvent> history) =>
        history.Aggregate(default(Licence), (licence, e) => (licence, e) switch
        {
            (null, LicenceMinted minted) => new Licence(minted, null),
            ({ Revoked: null } l, LicenceRevoked revoked) => l with { Revoked = revoked },
            _ => throw new InvalidDataException($"{e.GetType().Name} cannot follow {licence?.StateOn(default).ToString() ?? "nothing"}."),
        });

    /// <summary>State on a civil day in Asia/Shanghai; a licence is valid through the whole of its last day.</summary>
    public LicenceState StateOn(DateOnly today) => this switch
    {
        { Revoked: not null } => LicenceState.Revoked,
        { Minted.ValidTo: { } last } when last < today => LicenceState.Expired,
        _ => LicenceState.Valid,
    };

    /// <summary>Since when it is in the state of a civil day: from the act, or from the midnight in Asia/Shanghai that ended its last day.</summary>
    public DateTimeOffset Since(DateOnly today) => StateOn(today) is LicenceState.Expired
        ? CivilTime.StartOfDay(Minted.ValidTo!.Value.AddDays(1))
        : (Revoked?.Act ?? Minted.Act).At;

    /// <summary>Checks that the licence may be revoked now by this organisation.</summary>
    /// <exception cref="FaultException">Another authority's licence, or one that is not valid any more.</exception>
    public void RequireRevocable(string organisation, DateOnly today)
    {
        if (Minted.Act.Organisation != organisation)
        {
            throw LicenceFaults.OfOtherIssuer(Id);
        }

        if (StateOn(today) is not LicenceState.Valid and var state)
        {
            throw LicenceFaults.WrongState(Id, state);
        }
    }
}
