using System.CommandLine;
using System.Globalization;
using DataHub.Catalog.Import;
using DataHub.V1;
using Spectre.Console;

namespace DataHub.Cli.Commands;

/// <summary><c>hub catalog</c>: the resource directory.</summary>
internal static class CatalogCommands
{
    private const int EntriesACall = 500;

    public static Command Create() => new("catalog", "The resource directory.") { Register(), Import(), Search() };

    /// <summary>Imports a guideline CSV, 500 entries a call.</summary>
    public static async Task<RegisterReply> ImportAsync(HubConnection hub, string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            throw CliFaults.NoFile(path);
        }

        var total = new RegisterReply();
        await using var stream = File.OpenRead(path);
        foreach (var entries in GuidelineCsv.Read(stream).Chunk(EntriesACall))
        {
            var reply = await hub.Catalog.RegisterAsync(new RegisterRequest { Entries = { entries } }, cancellationToken: cancellationToken);
            total.Registered += reply.Registered;
            total.Revised += reply.Revised;
            total.Unchanged += reply.Unchanged;
        }

        return total;
    }

    public static Table Hits(SearchReply reply)
    {
        var table = Tables.New("code", "title", "publisher", "cycle", "resource");
        foreach (var hit in reply.Hits)
        {
            table.AddRow(hit.Code.EscapeMarkup(), hit.Title.EscapeMarkup(), hit.PublisherName.EscapeMarkup(), hit.UpdateCycle.ToString(), hit.Resource);
        }

        return table;
    }

    private static Command Register()
    {
        var file = new Argument<string>("file") { Description = "Registration file (YAML), see data/resources." };
        var data = DataFolders.Option();
        var system = new Option<string?>("--system") { Description = "System to register as (default: one of the entry's publisher)." };
        var command = new Command("register", "Register a directory entry with its schema.") { file, data, system };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var entry = RegistrationFile.Read(parsed.GetRequiredValue(file));
            using var hub = parsed.GetValue(system) is { } named
                ? HubConnection.Open(parsed.GetRequiredValue(data), "provider", named)
                : HubConnection.Open(parsed.GetRequiredValue(data), identity => identity.Organisation == entry.PublisherCode, $"a system of {entry.PublisherName}");
            Report(await hub.Catalog.RegisterAsync(new RegisterRequest { Entries = { entry } }, cancellationToken: cancellationToken));
            return 0;
        });
        return command;
    }

    private static Command Import()
    {
        var file = new Argument<string>("file") { Description = "Guideline CSV, columns as data/directory.csv." };
        var data = DataFolders.Option();
        var system = new Option<string?>("--system") { Description = "System to import as (default: the first provider)." };
        var command = new Command("import", "Import directory entries.") { file, data, system };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var hub = HubConnection.Open(parsed.GetRequiredValue(data), "provider", parsed.GetValue(system));
            Report(await ImportAsync(hub, parsed.GetRequiredValue(file), cancellationToken));
            return 0;
        });
        return command;
    }

    private static Command Search()
    {
        var query = new Argument<string[]>("query") { Description = "Words, Chinese or Latin.", Arity = ArgumentArity.OneOrMore };
        var data = DataFolders.Option();
        var command = new Command("search", "Search the directory.") { query, data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var hub = HubConnection.Open(parsed.GetRequiredValue(data), _ => true, "any system");
            var reply = await hub.Catalog.SearchAsync(new SearchRequest { Query = string.Join(' ', parsed.GetRequiredValue(query)) }, cancellationToken: cancellationToken);
            AnsiConsole.Write(Hits(reply));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{reply.Total} entries"));
            return 0;
        });
        return command;
    }

    private static void Report(RegisterReply reply) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{reply.Registered} registered, {reply.Revised} revised, {reply.Unchanged} unchanged"));
}
