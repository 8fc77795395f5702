using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using DataHub.Crypto.Certificates;
using DataHub.Host.Keys;
using DataHub.V1;
using Spectre.Console;

namespace DataHub.Cli.Commands;

/// <summary><c>hub ca</c>: authorities, for whoever holds the hub's data folder; tokens, processors and revocation, for administrators under their own certificates.</summary>
internal static class AuthorityCommands
{
    private static readonly Option<string> Data = DataFolders.Option();

    private static readonly Option<string?> Root = new("--root") { Description = "Folder that holds the root's key, where it is not in the data folder." };

    private static readonly Option<HubAuthority> Kind = new("--kind") { Description = "tls or licence.", DefaultValueFactory = _ => HubAuthority.Tls };

    public static Command Create() => new("ca", "Certificates: authorities, expiry, tokens for enrolment, revocation.")
    {
        Status(), Renew(), Trust(), IssueIssuer(), ExportRoot(), OfflineRoot(), Tokens(), Processors(), Revoke(),
    };

    private static Command Status()
    {
        var within = new Option<int>("--within") { Description = "Days ahead within which an end is marked.", DefaultValueFactory = _ => 60 };
        return Local("status", "Show every certificate of the hub and when it ends; exit code 2 if one has to be renewed.", [within], (parsed, authorities) =>
        {
            var now = TimeProvider.System.GetUtcNow();
            var table = Tables.New("what", "serial", "ends (UTC)", "days left", "");
            var due = 0;
            foreach (var certificate in authorities.Certificates())
            {
                var left = (certificate.NotAfter - now).TotalDays;
                var isDue = certificate.IsDue(now) || (!certificate.IsHistory && left <= parsed.GetValue(within));
                due += certificate.IsDue(now) ? 1 : 0;
                table.AddRow(
                    Markup.Escape(certificate.Name),
                    certificate.Serial,
                    certificate.NotAfter.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
                    left.ToString("F0", CultureInfo.InvariantCulture),
                    certificate.IsHistory ? "kept" : left < 0 ? "ENDED" : isDue ? "renew" : "");
            }

            AnsiConsole.Write(table);
            foreach (var kind in Enum.GetValues<HubAuthority>())
            {
                Console.WriteLine($"{kind} root key: {(authorities.HasRootKey(kind) ? "in the data folder; hub ca offline-root takes it away" : "kept elsewhere")}");
            }

            foreach (var (name, keyId) in authorities.Trusted)
            {
                Console.WriteLine($"outside authority {name}: {keyId}");
            }

            return due == 0 ? 0 : 2;
        });
    }

    private static Command Renew() => new("renew", "Make a new issuing key, root, or server certificate; a running hub takes it in at once.")
    {
        Local("issuing", "A new issuing key under the root.", [Root, Kind], (parsed, authorities) =>
        {
            authorities.RenewIssuing(parsed.GetValue(Kind), parsed.GetValue(Root));
            return Say("A new issuing key signs from now on; certificates of the earlier one go on to hold.");
        }),
        Local("root", "A new root, certified by the old one, and an issuing key below it.", [Root, Kind], (parsed, authorities) =>
        {
            authorities.RenewRoot(parsed.GetValue(Kind), parsed.GetValue(Root));
            return Say("Both roots are trusted until the old one ends. Processors learn the new one with their next heartbeat; hand it to everybody else: hub ca export-root.");
        }),
        Local("server", "A new server certificate.", [], (_, authorities) =>
        {
            authorities.RenewServer();
            return Say("A running hub shows a new certificate within two seconds.");
        }),
    };

    private static Command Trust()
    {
        var file = new Argument<string?>("file") { Description = "Certificate of the authority, PEM.", Arity = ArgumentArity.ZeroOrOne };
        var name = new Option<string?>("--name") { Description = "What it is to be called here." };
        var remove = new Option<string?>("--remove") { Description = "Name of one whose certificates are to be taken no more." };
        return Local("trust", "Take client certificates of an outside authority, for accounts registered with it.", [file, name, remove], (parsed, authorities) =>
        {
            if (parsed.GetValue(remove) is { } gone)
            {
                authorities.Distrust(gone);
                return Say($"Certificates of {gone} are taken no more.");
            }

            if (parsed.GetValue(file) is not { } path || parsed.GetValue(name) is not { } called)
            {
                throw CliFaults.BadOption("--name", "and a file must be given, or --remove");
            }

            return Say($"{called} is trusted for accounts that are registered with authority: {authorities.Trust(called, path)}");
        });
    }

    private static Command IssueIssuer()
    {
        var authority = new Argument<string>("authority") { Description = "Name of the issuing authority as on its licences." };
        var organisation = new Argument<string>("organisation") { Description = "Its unified social credit code." };
        var command = new Command("issue-issuer", "Make signing keys for a licence issuer, SM2 and P-256, unless it has them.") { authority, organisation, Data };
        command.SetAction(parsed =>
        {
            using var keys = HubKeys.OpenExisting(new HubFolder(parsed.GetRequiredValue(Data)), TimeProvider.System);
            return Say(keys.EnsureIssuer(parsed.GetRequiredValue(authority), parsed.GetRequiredValue(organisation)));
        });
        return command;
    }

    private static Command ExportRoot()
    {
        var file = new Argument<string?>("file") { Description = "File to write (default: the terminal).", Arity = ArgumentArity.ZeroOrOne };
        return Local("export-root", "Write the TLS roots and show the newest one's fingerprint.", [file], (parsed, authorities) =>
        {
            var pem = File.ReadAllText(authorities.RootsFile);
            var fingerprint = Convert.ToHexStringLower(SHA256.HashData(TlsTrust.ReadRoots(authorities.RootsFile)[0].RawData));
            if (parsed.GetValue(file) is { } target)
            {
                File.WriteAllText(target, pem);
            }
            else
            {
                Console.Write(pem);
            }

            return Say($"SHA-256 {fingerprint}");
        });
    }

    private static Command OfflineRoot()
    {
        var folder = new Argument<string>("folder") { Description = "Where the keys go: a medium that is then locked away." };
        return Local("offline-root", "Move the roots' private keys out of the data folder.", [folder], (parsed, authorities) =>
        {
            authorities.TakeRootsOffline(parsed.GetRequiredValue(folder));
            return Say($"The roots' keys are in {parsed.GetRequiredValue(folder)}, encrypted under the hub's passphrase; keep both, apart from each other. The hub needs neither from day to day.");
        });
    }

    private static Command Tokens()
    {
        var accounts = new Argument<string[]>("accounts") { Description = "Ids of registered accounts.", Arity = ArgumentArity.OneOrMore };
        var hours = new Option<int>("--hours") { Description = "How long they hold, 1 to 168.", DefaultValueFactory = _ => 24 };
        return AccessCommands.Verb("tokens", "Give out one-time tokens for enrolment; each is shown once.", "systemadministrator", [accounts, hours], async (parsed, hub, cancellationToken) =>
        {
            var request = new CreateTokensRequest { Accounts = { parsed.GetRequiredValue(accounts) }, ValidHours = parsed.GetValue(hours) };
            var reply = await hub.Enrolment.CreateTokensAsync(request, cancellationToken: cancellationToken);
            foreach (var token in reply.Tokens)
            {
                Console.WriteLine($"{token.Account}\t{token.Token}\t{token.Expires.ToDateTimeOffset():yyyy-MM-dd HH:mm:ss}Z");
            }

            Console.WriteLine($"root fingerprint\t{reply.RootFingerprint}");
        });
    }

    private static Command Processors()
    {
        var dark = new Option<bool>("--dark") { Description = "Only those of which nothing was heard for 90 seconds, or ever." };
        return AccessCommands.Verb("processors", "Show systems with their last heartbeat.", "systemadministrator", [dark], async (parsed, hub, cancellationToken) =>
        {
            var reply = await hub.Enrolment.ListProcessorsAsync(new ListProcessorsRequest { OnlyDark = parsed.GetValue(dark) }, cancellationToken: cancellationToken);
            var table = Tables.New("account", "last heard (UTC)", "dark since", "version", "clock ms", "backlog", "address", "certificate ends", "");
            foreach (var one in reply.Processors)
            {
                table.AddRow(
                    one.Account, Instant(one.LastSeen), Instant(one.DarkSince), Markup.Escape(one.Version), one.ClockOffsetMs.ToString(CultureInfo.InvariantCulture),
                    one.Backlog.ToString(CultureInfo.InvariantCulture), one.Address, Instant(one.CertificateEnds), one.Cloned ? "CLONED" : "");
            }

            AnsiConsole.Write(table);
        });
    }

    private static Command Revoke()
    {
        var which = new Argument<string>("which") { Description = "Serial number (hexadecimal), or id of an account for all of its certificates." };
        var reason = new Option<string>("--reason") { Description = "Why; names things, never people.", Required = true };
        return AccessCommands.Verb("revoke", "Revoke certificates, on open connections within two seconds.", "securityadministrator", [which, reason], async (parsed, hub, cancellationToken) =>
        {
            var given = parsed.GetRequiredValue(which);
            var isSerial = given.Length >= 16 && given.All(char.IsAsciiHexDigit);
            var request = new RevokeCertificatesRequest { Serial = isSerial ? given : "", Account = isSerial ? "" : given, Reason = parsed.GetRequiredValue(reason) };
            Console.WriteLine($"{(await hub.Enrolment.RevokeAsync(request, cancellationToken: cancellationToken)).Revoked} revoked");
        });
    }

    private static Command Local(string name, string description, IReadOnlyList<Symbol> more, Func<ParseResult, AuthorityAdministration, int> act)
    {
        var command = new Command(name, description) { Data };
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

        command.SetAction(parsed => act(parsed, AuthorityAdministration.Open(new HubFolder(parsed.GetRequiredValue(Data)), TimeProvider.System)));
        return command;
    }

    private static string Instant(Google.Protobuf.WellKnownTypes.Timestamp? instant) =>
        instant?.ToDateTimeOffset().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? "";

    private static int Say(string line)
    {
        Console.WriteLine(line);
        return 0;
    }
}
