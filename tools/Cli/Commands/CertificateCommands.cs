using System.CommandLine;
using DataHub.Host.Keys;

namespace DataHub.Cli.Commands;

/// <summary><c>hub certificate</c>: certificates of licence issuers, for whoever holds the hub's data folder.</summary>
internal static class CertificateCommands
{
    public static Command Create() => new("certificate", "Certificates of licence issuers.") { Issuer() };

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
