using System.Globalization;
using DataHub.Contracts;
using DataHub.Crypto.Sealing;
using DataHub.Host.Alerts;
using DataHub.Host.Erasure;
using DataHub.Kernel.Access;
using DataHub.Kernel.Faults;
using DataHub.Kernel.Time;
using DataHub.V1;
using Grpc.Core;

namespace DataHub.Host.Access.Wire;

/// <summary>The wire side of the register of access.</summary>
internal sealed class AccessRpc(AccessDesk desk, ErasureDesk approvals, KeyRing ring, AccessQueries queries, AlertBook alerts, TimeProvider time) : AccessService.AccessServiceBase
{
    [AllowRoles(SystemRole.SystemAdministrator)]
    public override async Task<OrganisationEntry> RegisterOrganisation(RegisterOrganisationRequest request, ServerCallContext context) => AccessWire.ToEntry(await desk.RegisterOrganisationAsync(
        AccessReader.Organisation(request.Uscc, "uscc"), Require.Text(request.Name, "name", maxLength: 128), By(context, request.Uscc), context.CancellationToken));

    [AllowRoles(SystemRole.SecurityAdministrator)]
    public override async Task<OrganisationEntry> RetireOrganisation(RetireOrganisationRequest request, ServerCallContext context) => AccessWire.ToEntry(await desk.RetireOrganisationAsync(
        AccessReader.Organisation(request.Uscc, "uscc"), AccessReader.Reason(request.Reason), By(context, request.Uscc), context.CancellationToken));

    [AllowRoles(SystemRole.SystemAdministrator, SystemRole.SecurityAdministrator, SystemRole.Auditor)]
    public override async Task<ListOrganisationsReply> ListOrganisations(ListOrganisationsRequest request, ServerCallContext context)
    {
        var page = Page.Of(request.PageSize, request.PageToken);
        var rows = await queries.OrganisationsAsync(page.After ?? "", page.Rows, context.CancellationToken);
        var reply = new ListOrganisationsReply();
        reply.NextPageToken = page.Fill(reply.Organisations, rows, AccessWire.ToEntry, row => row.Uscc);
        return reply;
    }

    [AllowRoles(SystemRole.SystemAdministrator, SystemRole.SecurityAdministrator)]
    public override Task<ChangeEntry> ProposeAccounts(ProposeAccountsRequest request, ServerCallContext context) =>
        ProposeAsync(AccessReader.Accounts(request.Accounts), request.Reason, context);

    [AllowRoles(SystemRole.SystemAdministrator, SystemRole.SecurityAdministrator)]
    public override Task<ChangeEntry> ProposeRoles(ProposeRolesRequest request, ServerCallContext context) =>
        ProposeAsync(AccessReader.Roles(request.Accounts), request.Reason, context);

    [AllowRoles(SystemRole.SystemAdministrator, SystemRole.SecurityAdministrator)]
    public override Task<ChangeEntry> ProposeStates(ProposeStatesRequest request, ServerCallContext context) =>
        ProposeAsync(AccessReader.States(request.Resume, request.Close), request.Reason, context);

    [AllowRoles(SystemRole.SystemAdministrator, SystemRole.SecurityAdministrator)]
    public override Task<ChangeEntry> ProposeGrants(ProposeGrantsRequest request, ServerCallContext context) =>
        ProposeAsync(AccessReader.Grants(request.Grants, time), request.Reason, context);

    [AllowRoles(SystemRole.SystemAdministrator, SystemRole.SecurityAdministrator)]
    public override Task<ChangeEntry> ProposeRevocation(ProposeRevocationRequest request, ServerCallContext context) =>
        ProposeAsync(AccessReader.Revocation(request.GrantIds), request.Reason, context);

    [AllowRoles(SystemRole.SystemAdministrator, SystemRole.SecurityAdministrator)]
    public override Task<ChangeEntry> ProposeErasure(ProposeErasureRequest request, ServerCallContext context) =>
        ProposeAsync(AccessReader.Erasure(request.Subjects, ring.Pseudonyms, CivilTime.Today(time)), request.Basis, context);

    [AllowRoles(SystemRole.SecurityAdministrator)]
    public override async Task<ChangeEntry> Approve(ApproveRequest request, ServerCallContext context) =>
        AccessWire.ToEntry(await approvals.ApproveAsync(ChangeId(request.ChangeId), By(context, request.ChangeId), context.CancellationToken));

    [AllowRoles(SystemRole.SecurityAdministrator)]
    public override async Task<ChangeEntry> Reject(RejectRequest request, ServerCallContext context) =>
        AccessWire.ToEntry(await desk.RejectAsync(ChangeId(request.ChangeId), AccessReader.Reason(request.Reason), By(context, request.ChangeId), context.CancellationToken));

    [AllowRoles(SystemRole.SystemAdministrator, SystemRole.SecurityAdministrator)]
    public override async Task<ChangeEntry> Withdraw(WithdrawRequest request, ServerCallContext context) =>
        AccessWire.ToEntry(await desk.WithdrawAsync(ChangeId(request.ChangeId), By(context, request.ChangeId), context.CancellationToken));

    [AllowRoles(SystemRole.SystemAdministrator, SystemRole.SecurityAdministrator, SystemRole.Auditor)]
    public override async Task<ChangeEntry> GetChange(GetChangeRequest request, ServerCallContext context) =>
        AccessWire.ToEntry(await queries.ChangeAsync(ChangeId(request.ChangeId), context.CancellationToken));

    [AllowRoles(SystemRole.SystemAdministrator, SystemRole.SecurityAdministrator, SystemRole.Auditor)]
    public override async Task<ListChangesReply> ListChanges(ListChangesRequest request, ServerCallContext context)
    {
        var page = Page.Of(request.PageSize, request.PageToken, usual: 20, most: 100);
        ChangeState? state = request.Standing is ChangeStanding.Unspecified ? null
            : Enum.IsDefined(request.Standing) ? (ChangeState)request.Standing
            : throw Require.Malformed("STANDING_UNKNOWN", "standing", "must be a standing of a change");
        var rows = await queries.ChangesAsync(state, page.After, page.Rows, context.CancellationToken);
        var reply = new ListChangesReply();
        reply.NextPageToken = page.Fill(reply.Changes, rows, AccessWire.ToEntry, row => row.Id);
        return reply;
    }

    [AllowRoles(SystemRole.SystemAdministrator, SystemRole.SecurityAdministrator, SystemRole.Auditor)]
    public override async Task<ListAccountsReply> ListAccounts(ListAccountsRequest request, ServerCallContext context)
    {
        var page = Page.Of(request.PageSize, request.PageToken);
        SystemRole? role = request.Role is AccountRole.Unspecified ? null
            : Enum.IsDefined(request.Role) ? (SystemRole)request.Role
            : throw Require.Malformed("ROLE_UNKNOWN", "role", "must be a role of this hub");
        var filter = new AccountFilter(request.Organisation.Length == 0 ? null : AccessReader.Organisation(request.Organisation, "organisation"), role, InstantOf(request.DarkSince));
        var rows = await queries.AccountsAsync(filter, page.After ?? "", page.Rows, context.CancellationToken);
        var reply = new ListAccountsReply();
        reply.NextPageToken = page.Fill(reply.Accounts, rows, AccessWire.ToEntry, row => row.Account.Id);
        return reply;
    }

    [AllowRoles(SystemRole.SecurityAdministrator)]
    public override async Task<AccountEntry> SuspendAccount(SuspendAccountRequest request, ServerCallContext context) => AccessWire.ToEntry(await desk.SuspendAsync(
        AccessReader.AccountId(request.AccountId, "account_id"), AccessReader.Reason(request.Reason), By(context, request.AccountId), context.CancellationToken));

    [AllowRoles(SystemRole.SystemAdministrator, SystemRole.SecurityAdministrator, SystemRole.Auditor)]
    public override async Task<ListGrantsReply> ListGrants(ListGrantsRequest request, ServerCallContext context)
    {
        var page = Page.Of(request.PageSize, request.PageToken);
        var consumer = request.Consumer.Length == 0 ? null : AccessReader.Organisation(request.Consumer, "consumer");
        var resource = Require.OptionalText(request.Resource, "resource", maxLength: 40) is { Length: > 0 } given ? given : null;
        var rows = await queries.GrantsAsync(consumer, resource, page.After ?? "", page.Rows, context.CancellationToken);
        var reply = new ListGrantsReply();
        reply.NextPageToken = page.Fill(reply.Grants, rows, AccessWire.ToEntry, row => row.Id);
        return reply;
    }

    [AllowRoles(SystemRole.SystemAdministrator, SystemRole.SecurityAdministrator, SystemRole.Auditor)]
    public override async Task<ListAlertsReply> ListAlerts(ListAlertsRequest request, ServerCallContext context)
    {
        var page = Page.Of(request.PageSize, request.PageToken);
        long? before = page.After is null ? null
            : long.TryParse(page.After, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id
            : throw Require.Malformed("PAGE_TOKEN", "page_token", "must be one that a page named");
        var rows = await alerts.ListAsync(request.All, before, page.Rows, context.CancellationToken);
        var reply = new ListAlertsReply();
        reply.NextPageToken = page.Fill(reply.Alerts, rows, AccessWire.ToEntry, row => row.Id.ToString(CultureInfo.InvariantCulture));
        return reply;
    }

    [AllowRoles(SystemRole.SecurityAdministrator)]
    public override async Task<AlertEntry> AcknowledgeAlert(AcknowledgeAlertRequest request, ServerCallContext context) => AccessWire.ToEntry(
        await alerts.AcknowledgeAsync(request.AlertId, By(context, request.AlertId.ToString(CultureInfo.InvariantCulture)), context.CancellationToken));

    private async Task<ChangeEntry> ProposeAsync(ChangeContent content, string reason, ServerCallContext context)
    {
        var change = await desk.ProposeAsync(content, AccessReader.Reason(reason), context.Caller().SystemId, context.CancellationToken);
        context.Notes().Target = change.Id;
        return AccessWire.ToEntry(change);
    }

    private static string ChangeId(string id) => Require.Text(id, "change_id", maxLength: 64);

    private static DateTimeOffset? InstantOf(Google.Protobuf.WellKnownTypes.Timestamp? instant)
    {
        try
        {
            return instant?.ToDateTimeOffset();
        }
        catch (InvalidOperationException)
        {
            throw Require.Malformed("INSTANT_INVALID", "dark_since", "must be an instant between the years 1 and 9999");
        }
    }

    // Who does it, noted beside what it is done to.
    private static string By(ServerCallContext context, string target)
    {
        context.Notes().Target = target;
        return context.Caller().SystemId;
    }
}
