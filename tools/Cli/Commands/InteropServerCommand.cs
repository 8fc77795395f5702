using System.CommandLine;
using System.Net;
using DataHub.Interop;

namespace DataHub.Cli.Commands;

/// <summary><c>hub interop-server</c>: the gRPC project's interoperability test service on the hub's own gRPC, for any implementation's test client.</summary>
internal static class InteropServerCommand
{
    public static Command Create()
    {
        var port = ServeCommand.PortOption();
        var address = new Option<string>("--address") { Description = "Address to listen on.", DefaultValueFactory = _ => "127.0.0.1" };
        var tls = new Option<bool>("--tls") { Description = "With TLS, under a certificate for localhost made now; prints where its authority's is." };
        var command = new Command("interop-server", "Run the gRPC interoperability test service until Ctrl-C; see docs/interop.md.") { port, address, tls };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var ip = IPAddress.TryParse(parsed.GetRequiredValue(address), out var given) ? given : throw CliFaults.BadOption("--address", "must be an IP address");
            await using var server = await InteropServer.StartAsync(ip, parsed.GetValue(port), parsed.GetValue(tls), cancellationToken);
            Console.WriteLine($"grpc.testing.TestService listens on {server.Address}. Ctrl-C stops it.");
            if (server.AuthorityFile is { } file)
            {
                Console.WriteLine($"Certificate of its authority: {file}");
            }

            await ServeCommand.UntilCancelledAsync(cancellationToken);
            return 0;
        });
        return command;
    }
}
