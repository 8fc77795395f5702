using DataHub.EventStore.Streams;
using DataHub.Host.Storage;
using DataHub.Kernel;

namespace DataHub.Host.Access;

/// <summary>Events of the register, ready to be appended: their streams, and the state each leads to.</summary>
internal sealed class AccessStreams(HubName hub)
{
    public NewEvent Event(Held<Organisation>? before, OrganisationEvent e)
    {
        var after = Organisation.After(before?.State, e);
        return Event("organisation", after.Uscc, before?.Version, e, after);
    }

    public NewEvent Event(Held<Account>? before, AccountEvent e)
    {
        var after = Account.After(before?.State, e);
        return Event("account", after.Id, before?.Version, e, after);
    }

    public NewEvent Event(Held<HeldGrant>? before, GrantEvent e)
    {
        var after = HeldGrant.After(before?.State, e);
        return Event("grant", after.Id, before?.Version, e, after);
    }

    public NewEvent Event(Held<Change>? before, ChangeEvent e)
    {
        var after = Change.After(before?.State, e);
        return Event("change", after.Id, before?.Version, e, after);
    }

    private NewEvent Event(string kind, string id, long? version, AccessEvent e, object after) =>
        new() { StreamId = $"{hub.Value}/{kind}/{id}", StreamType = kind, ExpectedVersion = version ?? 0, Data = e, State = after };
}
