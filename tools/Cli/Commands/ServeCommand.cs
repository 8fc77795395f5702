using System.CommandLine;
using System.Net;
using DataHub.Host;
using DataHub.Kernel;
using Npgsql;

namespace DataHub.Cli.Commands;

/// <summary><c>hub serve</c>: runs a hub until Ctrl-C or SIGTERM, which are orders and no failures: exit code 0, nothing left running.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var data = DataFolders.Option();
        var port = PortOption();
        var address = new Option<string>("--address") { Description = "Address to listen on.", DefaultValueFactory = _ => "127.0.0.1" };
        var name = new Option<string>("--name") { Description = "Name of the hub; fixed for the life of its data folder.", DefaultValueFactory = _ => "qinghe" };
        var database = DatabaseOption();
        var certificate = new Option<string?>("--certificate") { Description = "PEM file with a server certificate of another authority, those above it up to the root, and its key; read again when it changes." };
        var command = new Command("serve", "Run a hub until Ctrl-C or SIGTERM; exit code 0 then.") { data, port, address, name, database, certificate };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new HubOptions
            {
                DataFolder = parsed.GetRequiredValue(data),
                Port = parsed.GetValue(port),
                Address = IPAddress.TryParse(parsed.GetRequiredValue(address), out var ip) ? ip : throw CliFaults.BadOption("--address", "must be an IP address"),
                Name = new HubName(parsed.GetRequiredValue(name)),
                CertificateFile = parsed.GetValue(certificate),
                ConnectionString = parsed.GetValue(database) is { } given ? ConnectionString(given) : null,
            };
            await using var hub = await HubServer.StartAsync(options, cancellationToken);
            Console.WriteLine($"Hub {options.Name} listens on {hub.Address}; data in {hub.Folder.Path}. Ctrl-C stops it.");
            await UntilCancelledAsync(cancellationToken);
            return 0;
        });
        return command;
    }

    public static Option<string?> DatabaseOption() => new("--database") { Description = "Connection string of a PostgreSQL to use instead of an own one." };

    public static string ConnectionString(string given)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(given).ConnectionString;
        }
        catch (ArgumentException)
        {
            // The driver's sentence may quote what stands in the string, a password among it.
            throw CliFaults.BadOption("--database", "must be a connection string such as Host=db.example;Database=datahub;SSL Mode=VerifyFull");
        }
    }

    public static Option<int> PortOption()
    {
        var port = new Option<int>("--port") { Description = "Port to listen on; 0 = a free one." };
        port.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > 65535)
            {
                result.AddError("--port must be 0 to 65535.");
            }
        });
        return port;
    }

    public static async Task UntilCancelledAsync(CancellationToken cancellationToken)
    {
        var stopped = new TaskCompletionSource();
        await using var registration = cancellationToken.Register(stopped.SetResult);
        await stopped.Task;
    }
}
