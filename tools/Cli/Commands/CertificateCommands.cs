using System.CommandLine;
using DataHub.Host.Keys;
using DataHub.Kernel.Access;

namespace DataHub.Cli.Commands;

/// <summary><c>hub certificate</c>: certificates of systems and issuers, for whoever holds the hub's data folder.</summary>
internal static class CertificateCommands
{
    public static Command Create() => new("certificate", "Certificates of systems and licence issuers.") { System(), Issuer() };

    private static Command System()
    {
        var system = new Argument<string>("system") { Description = "Id of the system, for example police-fep-1." };
        var organisation = new Argument<string>("organisation") { Description = "Unified social credit code of its organisation." };
        var roles = new Argument<SystemRole[]>("roles") { Description = "provider, consumer, issuer, steward.", Arity = ArgumentArity.OneOrMore };
        var data = DataFolders.Option();
        var command = new Command("system", "Issue a client certificate, valid for 7 days.") { system, organisation, roles, data };
        command.SetAction(parsed =>
        {
            using var keys = HubKeys.OpenExisting(new HubFolder(parsed.GetRequiredValue(data)), TimeProvider.System);
            Console.WriteLine(keys.IssueSystem(parsed.GetRequiredValue(system), parsed.GetRequiredValue(organisation), parsed.GetRequiredValue(roles)));
            return 0;
        });
        return command;
    }

    private static Command Issuer()
    {
        var authority = new Argument<string>("authority") { Description = "Name of the issuing authority as on its licences." };
        var organisation = new Argument<string>("organisation") { Description = "Its unified social credit code." };
        var data = DataFolders.Option();
        var command = new Command("issuer", "Make an SM2 signing key for a licence issuer, unless it has one.") { authority, organisation, data };
        command.SetAction(parsed =>
        {
            using var keys = HubKeys.OpenExisting(new HubFolder(parsed.GetRequiredValue(data)), TimeProvider.System);
            Console.WriteLine(keys.EnsureIssuer(parsed.GetRequiredValue(authority), parsed.GetRequiredValue(organisation)));
            return 0;
        });
        return command;
    }
}
