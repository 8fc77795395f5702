using System.CommandLine;
using DataHub.Host.Access;
using DataHub.Host.Keys;
using DataHub.V1;
using Google.Protobuf;
using Spectre.Console;

namespace DataHub.Cli.Commands;

/// <summary><c>hub access</c>: who may do what. Founding and certificates are for whoever holds the data folder; the rest for administrators, each under their own certificate.</summary>
internal static class AccessCommands
{
    private static readonly Option<string> Data = DataFolders.Option();

    private static readonly Option<string?> As = new("--as") { Description = "Account of the administrator who does it (default: the first with the role that has a certificate here)." };

    private static readonly Option<string?> Database = ServeCommand.DatabaseOption();

    public static Command Create()
    {
        var command = new Command("access", "Organisations, accounts, roles, grants, alerts: who may do what.")
        {
            Found(), Certify(), Propose(), ProposeErasure(), Changes(), Show(), Approve(), Reject(), Withdraw(), Suspend(), Retire(), Acknowledge(), TrapCommands.Create(),
        };
        foreach (var list in AccessLists.Create())
        {
            command.Add(list);
        }

        return command;
    }

    /// <summary>A command under the certificate of an administrator.</summary>
    public static Command Verb(string name, string description, string role, IEnumerable<Symbol> more, Func<ParseResult, HubConnection, CancellationToken, Task> act)
    {
        var command = With(new Command(name, description) { Data, As }, more);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var hub = HubConnection.Open(parsed.GetRequiredValue(Data), role, parsed.GetValue(As));
            await act(parsed, hub, cancellationToken);
            return 0;
        });
        return command;
    }

    private static Command Found()
    {
        var organisation = new Option<string>("--organisation") { Description = "Unified social credit code of the organisation the administrators belong to.", Required = true };
        var name = new Option<string>("--name") { Description = "Its name.", Required = true };
        return Local("found", "Make the first administrators of a hub that has none, for whoever holds its data folder.", [organisation, name], async (parsed, access, cancellationToken) =>
        {
            foreach (var file in await access.FoundAsync(parsed.GetRequiredValue(organisation), parsed.GetRequiredValue(name), cancellationToken))
            {
                Console.WriteLine(file);
            }

            Console.WriteLine("Hand each file to another person. What follows needs two of them: ./hub access propose, ./hub access approve.");
        });
    }

    private static Command Certify()
    {
        var account = new Argument<string>("account") { Description = "Id of a registered account, for example police-fep-1." };
        return Local("certify", "Write a new key and certificate for an account, for whoever holds the data folder.", [account], async (parsed, access, cancellationToken) =>
            Console.WriteLine(await access.CertifyAsync(parsed.GetRequiredValue(account), cancellationToken)));
    }

    private static Command Propose()
    {
        var file = new Argument<string>("file") { Description = "YAML with organisations, accounts, roles, resume, close, grants or revoke; see data/access/qinghe.yaml." };
        var reason = new Option<string>("--reason") { Description = "Why; no names of persons.", Required = true };
        return Verb("propose", "Register organisations, and propose what a second person has to approve.", "systemadministrator", [file, reason], async (parsed, hub, cancellationToken) =>
        {
            var changes = await AccessProposals.SendAsync(hub, AccessFile.Read(parsed.GetRequiredValue(file)), parsed.GetRequiredValue(reason), cancellationToken);
            AnsiConsole.Write(AccessLists.TableOf(changes));
        });
    }

    private static Command ProposeErasure()
    {
        var (type, basis) = (new Argument<string>("id-type") { Description = "Kind of id: resident_id, hmt_residence_permit, foreign_pr_id." }, new Option<string>("--basis") { Description = "The article or case it rests on; no names of persons.", Required = true });
        return Verb("propose-erasure", "Propose to destroy the keys of a person, for ever; the id is read from standard input, so that no shell remembers it.", "systemadministrator", [type, basis], async (parsed, hub, cancellationToken) =>
        {
            var id = await Console.In.ReadLineAsync(cancellationToken) ?? "";
            var request = new ProposeErasureRequest { Subjects = { new SubjectId { IdType = parsed.GetRequiredValue(type), Id = id.Trim() } }, Basis = parsed.GetRequiredValue(basis) };
            AnsiConsole.Write(AccessLists.TableOf([await hub.Access.ProposeErasureAsync(request, cancellationToken: cancellationToken)]));
        });
    }

    private static Command Changes()
    {
        var all = new Option<bool>("--all") { Description = "Decided ones as well." };
        return Verb("changes", "Show what waits for a second person.", "securityadministrator", [all], async (parsed, hub, cancellationToken) =>
        {
            var standing = parsed.GetValue(all) ? ChangeStanding.Unspecified : ChangeStanding.Proposed;
            var reply = await hub.Access.ListChangesAsync(new ListChangesRequest { Standing = standing, PageSize = 100 }, cancellationToken: cancellationToken);
            AnsiConsole.Write(AccessLists.TableOf(reply.Changes));
        });
    }

    // Nobody approves what was not shown in full.
    private static Command Show()
    {
        var change = ChangeArgument();
        return Verb("show", "Show all of one change (JSON).", "securityadministrator", [change], async (parsed, hub, cancellationToken) =>
        {
            var request = new GetChangeRequest { ChangeId = parsed.GetRequiredValue(change) };
            var found = await hub.Access.GetChangeAsync(request, cancellationToken: cancellationToken);
            Console.WriteLine(new JsonFormatter(JsonFormatter.Settings.Default.WithIndentation()).Format(found));
        });
    }

    private static Command Approve()
    {
        var change = ChangeArgument();
        return Verb("approve", "Put a change into force that somebody else proposed.", "securityadministrator", [change], async (parsed, hub, cancellationToken) =>
            Told(await hub.Access.ApproveAsync(new ApproveRequest { ChangeId = parsed.GetRequiredValue(change) }, cancellationToken: cancellationToken)));
    }

    private static Command Reject()
    {
        var (change, reason) = (ChangeArgument(), ReasonArgument());
        return Verb("reject", "Refuse a change that somebody else proposed.", "securityadministrator", [change, reason], async (parsed, hub, cancellationToken) =>
            Told(await hub.Access.RejectAsync(
                new RejectRequest { ChangeId = parsed.GetRequiredValue(change), Reason = parsed.GetRequiredValue(reason) }, cancellationToken: cancellationToken)));
    }

    private static Command Withdraw()
    {
        var change = ChangeArgument();
        return Verb("withdraw", "Take an own proposal back.", "systemadministrator", [change], async (parsed, hub, cancellationToken) =>
            Told(await hub.Access.WithdrawAsync(new WithdrawRequest { ChangeId = parsed.GetRequiredValue(change) }, cancellationToken: cancellationToken)));
    }

    private static Command Suspend()
    {
        var (account, reason) = (new Argument<string>("account") { Description = "Account to stop." }, ReasonArgument());
        return Verb("suspend", "Stop an account at once; to resume it takes two persons.", "securityadministrator", [account, reason], async (parsed, hub, cancellationToken) =>
        {
            var request = new SuspendAccountRequest { AccountId = parsed.GetRequiredValue(account), Reason = parsed.GetRequiredValue(reason) };
            var stopped = await hub.Access.SuspendAccountAsync(request, cancellationToken: cancellationToken);
            Console.WriteLine($"{stopped.AccountId} is {stopped.Standing}");
        });
    }

    private static Command Retire()
    {
        var (organisation, reason) = (new Argument<string>("organisation") { Description = "Unified social credit code." }, ReasonArgument());
        return Verb("retire", "Retire an organisation for good: its accounts are refused, its grants end.", "securityadministrator", [organisation, reason], async (parsed, hub, cancellationToken) =>
        {
            var request = new RetireOrganisationRequest { Uscc = parsed.GetRequiredValue(organisation), Reason = parsed.GetRequiredValue(reason) };
            var retired = await hub.Access.RetireOrganisationAsync(request, cancellationToken: cancellationToken);
            Console.WriteLine($"{retired.Uscc} {retired.Name} is retired");
        });
    }

    private static Command Acknowledge()
    {
        var alert = new Argument<long>("alert") { Description = "Number of the alert." };
        return Verb("acknowledge", "Note that an alert has been seen to.", "securityadministrator", [alert], async (parsed, hub, cancellationToken) =>
        {
            var seen = await hub.Access.AcknowledgeAlertAsync(new AcknowledgeAlertRequest { AlertId = parsed.GetRequiredValue(alert) }, cancellationToken: cancellationToken);
            Console.WriteLine($"{seen.Code} acknowledged by {seen.AcknowledgedBy}");
        });
    }

    private static Command Local(string name, string description, IEnumerable<Symbol> more, Func<ParseResult, AccessAdministration, CancellationToken, Task> act)
    {
        var command = With(new Command(name, description) { Data, Database }, more);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var database = parsed.GetValue(Database) is { } given ? ServeCommand.ConnectionString(given) : null;
            await using var access = await AccessAdministration.OpenAsync(new HubFolder(parsed.GetRequiredValue(Data)), database, TimeProvider.System, cancellationToken);
            await act(parsed, access, cancellationToken);
            return 0;
        });
        return command;
    }

    private static Command With(Command command, IEnumerable<Symbol> more)
    {
        foreach (var symbol in more)
        {
            if (symbol is Argument argument)
            {
                command.Add(argument);
            }
            else
            {
                command.Add((Option)symbol);
            }
        }

        return command;
    }

    private static void Told(ChangeEntry change)
    {
        Console.WriteLine($"{change.ChangeId} is {change.Standing}");
        foreach (var (subject, leaf) in change.Erased.Zip(change.ErasureLeafIds))
        {
            Console.WriteLine($"{subject} erased; leaf {leaf} of the ledger says so");
        }
    }

    private static Argument<string> ChangeArgument() => new("change") { Description = "Id of the change, as ./hub access changes shows it." };

    private static Argument<string> ReasonArgument() => new("reason") { Description = "Why; no names of persons." };
}
