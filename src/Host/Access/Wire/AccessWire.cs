using DataHub.Host.Alerts;
using DataHub.Host.Erasure;
using DataHub.Kernel.Access;
using DataHub.Kernel.Time;
using DataHub.V1;
using Google.Protobuf.WellKnownTypes;

namespace DataHub.Host.Access.Wire;

/// <summary>The register as it goes over the wire.</summary>
internal static class AccessWire
{
    public static OrganisationEntry ToEntry(Organisation organisation) => new() { Uscc = organisation.Uscc, Name = organisation.Name, Retired = organisation.IsRetired };

    public static AccountEntry ToEntry(Account account) => new()
    {
        AccountId = account.Id,
        Type = (AccountType)account.Kind,
        Organisation = account.Organisation,
        Roles = { account.Roles.Select(role => (AccountRole)role) },
        Standing = (AccountStanding)account.State,
        Authority = account.Authority ?? "",
    };

    public static AccountEntry ToEntry(AccountStatus status)
    {
        var entry = ToEntry(status.Account);
        entry.CertifiedUntil = status.CertifiedUntil is { } until ? Timestamp.FromDateTimeOffset(until) : null;
        entry.Heartbeat = status.Heartbeat is not { } heartbeat ? null : new AccountHeartbeat
        {
            SeenAt = Timestamp.FromDateTimeOffset(heartbeat.SeenAt),
            Version = heartbeat.Version,
            ClockOffsetMs = heartbeat.ClockOffsetMs,
            Backlog = heartbeat.Backlog,
            Address = heartbeat.Address,
        };
        return entry;
    }

    public static GrantEntry ToEntry(HeldGrant grant)
    {
        var entry = ToEntry(grant.Id, grant.Terms);
        entry.Revoked = grant.IsRevoked;
        return entry;
    }

    public static ChangeEntry ToEntry(Change change)
    {
        var content = change.Proposed.Content;
        return new ChangeEntry
        {
            ChangeId = change.Id,
            Standing = (ChangeStanding)change.State,
            Reason = change.Proposed.Reason,
            ProposedBy = change.Proposed.Act.By,
            ProposedAt = Timestamp.FromDateTimeOffset(change.Proposed.Act.At),
            DecidedBy = change.Decision?.By ?? "",
            DecidedAt = change.Decision is { } decision ? Timestamp.FromDateTimeOffset(decision.At) : null,
            Accounts = { content.Accounts.Select(ToEntry) },
            Roles = { content.Roles.Select(roles => new ProposedRolesEntry { AccountId = roles.Id, Roles = { roles.Roles.Select(role => (AccountRole)role) } }) },
            Resume = { content.Resumed },
            Close = { content.Closed },
            Grants = { content.Grants.Select(grant => ToEntry(grant.Id, grant.Terms)) },
            RevokedGrants = { content.RevokedGrants },
            Erased = { content.Erased },
        };
    }

    public static ChangeEntry ToEntry(ApprovedChange approved)
    {
        var entry = ToEntry(approved.Change);
        entry.ErasureLeafIds.Add(approved.Leaves);
        return entry;
    }

    public static AlertEntry ToEntry(KeptAlert alert) => new()
    {
        AlertId = alert.Id,
        Code = alert.Alert.Code,
        Severity = (AlertSeverity)alert.Alert.Level,
        Account = alert.Alert.Account,
        Subject = alert.Alert.Subject ?? "",
        Detail = alert.Alert.Detail,
        Count = alert.Count,
        FirstAt = Timestamp.FromDateTimeOffset(alert.FirstAt),
        LastAt = Timestamp.FromDateTimeOffset(alert.LastAt),
        AcknowledgedBy = alert.Acknowledged?.By ?? "",
        AcknowledgedAt = alert.Acknowledged is { } act ? Timestamp.FromDateTimeOffset(act.At) : null,
    };

    private static ProposedAccountEntry ToEntry(ProposedAccount account) => new()
    {
        AccountId = account.Id,
        Type = (AccountType)account.Kind,
        Organisation = account.Organisation,
        Roles = { account.Roles.Select(role => (AccountRole)role) },
        Authority = account.Authority ?? "",
    };

    private static GrantEntry ToEntry(string id, GrantTerms terms) => new()
    {
        GrantId = id,
        Consumer = terms.Consumer,
        Resource = terms.Resource,
        Fields = { terms.Fields },
        Purposes = { terms.Purposes },
        Operations = { OperationsOf(terms.Operations) },
        TellsAbsence = terms.TellsAbsence,
        RetentionDays = terms.RetentionDays,
        Until = terms.Until is { } until ? CivilTime.Format(until) : "",
    };

    private static IEnumerable<GrantOperation> OperationsOf(GrantOperations operations) => ((GrantOperations Flag, GrantOperation Word)[])[
        (GrantOperations.Verify, GrantOperation.Verify),
        (GrantOperations.Prefill, GrantOperation.Prefill),
        (GrantOperations.Present, GrantOperation.Present),
        (GrantOperations.Subscribe, GrantOperation.Subscribe),
        (GrantOperations.Export, GrantOperation.Export),
    ] is var all ? all.Where(pair => operations.HasFlag(pair.Flag)).Select(pair => pair.Word) : [];
}
