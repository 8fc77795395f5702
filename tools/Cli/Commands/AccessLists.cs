using System.CommandLine;
using System.Globalization;
using DataHub.V1;
using Google.Protobuf.WellKnownTypes;
using Spectre.Console;

namespace DataHub.Cli.Commands;

/// <summary>The lists of <c>hub access</c>, each to its last page.</summary>
internal static class AccessLists
{
    private const int PageSize = 1_000;

    private const string Reader = "securityadministrator";

    public static IEnumerable<Command> Create() => [Organisations(), Accounts(), Grants(), Alerts()];

    public static Table TableOf(IEnumerable<ChangeEntry> changes)
    {
        var table = Tables.New("change", "standing", "what", "why", "proposed by", "decided by");
        foreach (var change in changes)
        {
            table.AddRow(change.ChangeId, change.Standing.ToString(), ContentOf(change).EscapeMarkup(), change.Reason.EscapeMarkup(), change.ProposedBy, change.DecidedBy);
        }

        return table;
    }

    private static Command Organisations() => AccessCommands.Verb("organisations", "List organisations.", Reader, [], async (_, hub, cancellationToken) =>
    {
        var table = Tables.New("uscc", "name", "");
        for (var reply = new ListOrganisationsReply { NextPageToken = " " }; reply.NextPageToken.Length > 0;)
        {
            reply = await hub.Access.ListOrganisationsAsync(new ListOrganisationsRequest { PageSize = PageSize, PageToken = reply.NextPageToken.Trim() }, cancellationToken: cancellationToken);
            foreach (var organisation in reply.Organisations)
            {
                table.AddRow(organisation.Uscc, organisation.Name.EscapeMarkup(), organisation.Retired ? "retired" : "");
            }
        }

        AnsiConsole.Write(table);
    });

    private static Command Accounts()
    {
        var organisation = new Option<string>("--organisation") { Description = "Only of this organisation.", DefaultValueFactory = _ => "" };
        var role = new Option<string?>("--role") { Description = "Only with this role, for example provider." };
        var dark = new Option<double?>("--dark") { Description = "Only systems not heard of for so many hours." };
        return AccessCommands.Verb("accounts", "List accounts with roles, certificates and heartbeats.", Reader, [organisation, role, dark], async (parsed, hub, cancellationToken) =>
        {
            var request = new ListAccountsRequest
            {
                Organisation = parsed.GetRequiredValue(organisation),
                Role = parsed.GetValue(role) is { } word ? AccessFile.RoleOf(word) : AccountRole.Unspecified,
                DarkSince = parsed.GetValue(dark) is { } hours ? Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow() - TimeSpan.FromHours(hours)) : null,
                PageSize = PageSize,
            };
            var table = Tables.New("account", "type", "organisation", "roles", "standing", "certified until", "last heard", "version", "clock ms", "backlog");
            do
            {
                var reply = await hub.Access.ListAccountsAsync(request, cancellationToken: cancellationToken);
                foreach (var account in reply.Accounts)
                {
                    table.AddRow(
                        account.AccountId,
                        account.Type.ToString(),
                        account.Organisation,
                        string.Join(' ', account.Roles),
                        account.Standing.ToString(),
                        Text(account.CertifiedUntil),
                        Text(account.Heartbeat?.SeenAt),
                        (account.Heartbeat?.Version ?? "").EscapeMarkup(),
                        account.Heartbeat is { } beat ? Text(beat.ClockOffsetMs) : "",
                        account.Heartbeat is { } waiting ? Text(waiting.Backlog) : "");
                }

                request.PageToken = reply.NextPageToken;
            }
            while (request.PageToken.Length > 0);
            AnsiConsole.Write(table);
        });
    }

    private static Command Grants()
    {
        var consumer = new Option<string>("--consumer") { Description = "Only of this organisation.", DefaultValueFactory = _ => "" };
        var resource = new Option<string>("--resource") { Description = "Only of this resource.", DefaultValueFactory = _ => "" };
        return AccessCommands.Verb("grants", "List grants.", Reader, [consumer, resource], async (parsed, hub, cancellationToken) =>
        {
            var request = new ListGrantsRequest { Consumer = parsed.GetRequiredValue(consumer), Resource = parsed.GetRequiredValue(resource), PageSize = PageSize };
            var table = Tables.New("grant", "consumer", "resource", "fields", "purposes", "operations", "tells absence", "days", "until", "");
            do
            {
                var reply = await hub.Access.ListGrantsAsync(request, cancellationToken: cancellationToken);
                foreach (var grant in reply.Grants)
                {
                    table.AddRow(
                        grant.GrantId,
                        grant.Consumer,
                        grant.Resource,
                        string.Join(' ', grant.Fields).EscapeMarkup(),
                        string.Join(' ', grant.Purposes).EscapeMarkup(),
                        string.Join(' ', grant.Operations),
                        grant.TellsAbsence ? "yes" : "no",
                        Text(grant.RetentionDays),
                        grant.Until,
                        grant.Revoked ? "revoked" : "");
                }

                request.PageToken = reply.NextPageToken;
            }
            while (request.PageToken.Length > 0);
            AnsiConsole.Write(table);
        });
    }

    private static Command Alerts()
    {
        var all = new Option<bool>("--all") { Description = "Acknowledged ones as well." };
        return AccessCommands.Verb("alerts", "List alerts, newest first.", Reader, [all], async (parsed, hub, cancellationToken) =>
        {
            var reply = await hub.Access.ListAlertsAsync(new ListAlertsRequest { All = parsed.GetValue(all), PageSize = PageSize }, cancellationToken: cancellationToken);
            var table = Tables.New("alert", "severity", "code", "account", "count", "last", "detail", "acknowledged by");
            foreach (var alert in reply.Alerts)
            {
                table.AddRow(
                    Text(alert.AlertId), alert.Severity.ToString(), alert.Code, alert.Account, Text(alert.Count), Text(alert.LastAt), alert.Detail.EscapeMarkup(), alert.AcknowledgedBy);
            }

            AnsiConsole.Write(table);
        });
    }

    private static string ContentOf(ChangeEntry change) => string.Join(
        "; ",
        ((string[])[
            Few("register", change.Accounts.Select(account => $"{account.AccountId} ({string.Join(' ', account.Roles)})")),
            Few("roles", change.Roles.Select(account => $"{account.AccountId} ({string.Join(' ', account.Roles)})")),
            Few("resume", change.Resume),
            Few("close", change.Close),
            Few("grant", change.Grants.Select(grant => $"{grant.Consumer} {grant.Resource}")),
            Few("revoke", change.RevokedGrants),
            Few("erase", change.Erased),
        ]).Where(part => part.Length > 0));

    private static string Few(string what, IEnumerable<string> things)
    {
        var all = things.ToList();
        return all.Count switch
        {
            0 => "",
            <= 3 => $"{what} {string.Join(", ", all)}",
            _ => string.Create(CultureInfo.InvariantCulture, $"{what} {string.Join(", ", all.Take(2))} and {all.Count - 2} more"),
        };
    }

    private static string Text(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Text(Timestamp? instant) => instant?.ToDateTimeOffset().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "";
}
