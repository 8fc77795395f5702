using System.CommandLine;
using DataHub.FrontEnd.Enrolling;

namespace DataHub.Cli.Commands;

/// <summary><c>hub enrol</c>: exchanges a one-time token for a certificate, on the machine that is to have it.</summary>
internal static class EnrolCommand
{
    public static Command Create()
    {
        var hub = new Option<string>("--hub") { Description = "Address of the hub, for example https://hub.example:8443.", Required = true };
        var token = new Option<string>("--token") { Description = "The token from the system administrator.", Required = true };
        var fingerprint = new Option<string>("--root-fingerprint") { Description = "SHA-256 of the hub's root, as it came with the token.", Required = true };
        var folder = new Option<string>("--out") { Description = "Folder for ACCOUNT.pem and tls-root.crt.", DefaultValueFactory = _ => "." };
        var command = new Command("enrol", "Get a certificate for this machine; the private key is made here and stays here.") { hub, token, fingerprint, folder };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var enrolment = new Enrolment(HubConnection.AddressOf(parsed.GetRequiredValue(hub)), TimeProvider.System);
            Console.WriteLine(await enrolment.EnrolAsync(parsed.GetRequiredValue(token), parsed.GetRequiredValue(fingerprint), parsed.GetRequiredValue(folder), cancellationToken));
            return 0;
        });
        return command;
    }
}
