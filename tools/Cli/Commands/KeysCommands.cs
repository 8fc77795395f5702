using System.CommandLine;
using System.Globalization;
using DataHub.EventStore.Sealing;
using DataHub.Host.Keys;
using Spectre.Console;

namespace DataHub.Cli.Commands;

/// <summary><c>hub keys</c>: the keys personal data are sealed under, for whoever holds the hub's data folder, whether the hub runs or not.</summary>
internal static class KeysCommands
{
    private static readonly Option<string> Data = DataFolders.Option();

    private static readonly Option<string?> Database = ServeCommand.DatabaseOption();

    public static Command Create() => new("keys", "Sealing keys: status, rotation, backup of wrapped keys.")
    {
        Status(), Add(), Activate(), Rewrap(), Retire(), Backup(), Restore(),
    };

    private static Command Status() => Verb("status", "Show the key-encryption keys and which nodes have the newest.", [], async (_, keys, cancellationToken) =>
    {
        var status = await keys.Rotation.StatusAsync(cancellationToken);
        var table = Tables.New("key", "state", "persons", "records");
        foreach (var key in status.Keys)
        {
            table.AddRow($"kek-{key.Number}", StateOf(key), Text(key.Subjects), Text(key.Records));
        }

        AnsiConsole.Write(table);
        foreach (var node in status.Nodes)
        {
            Console.WriteLine($"node {node.Node}: kek-{status.Newest} {(node.HasNewest ? "is there" : "is MISSING or another")}");
        }
    });

    private static Command Add() => Verb("add", "Make a further key-encryption key in this data folder.", [], async (_, keys, cancellationToken) =>
    {
        var (number, file) = await keys.Rotation.AddAsync(cancellationToken);
        Console.WriteLine($"{file}: copy it to keys/ of every other node and into the key backup, then: hub keys activate {Text(number)}");
    });

    private static Command Activate()
    {
        var number = NumberArgument();
        return Verb("activate", "Wrap new keys under this key-encryption key from now on; every live node must have it.", [number], async (parsed, keys, cancellationToken) =>
        {
            await keys.Rotation.ActivateAsync(parsed.GetRequiredValue(number), cancellationToken);
            Console.WriteLine($"kek-{parsed.GetRequiredValue(number)} wraps new keys now; next: hub keys rewrap");
        });
    }

    private static Command Rewrap() => Verb("rewrap", "Wrap older keys under the active key-encryption key; may be interrupted and repeated.", [], async (_, keys, cancellationToken) =>
        Console.WriteLine($"{Text(await keys.Rotation.RewrapAsync(progress: null, cancellationToken))} keys rewrapped; next: hub keys retire, for the number before"));

    private static Command Retire()
    {
        var number = NumberArgument();
        var destroy = new Option<bool>("--destroy") { Description = "Destroy its file in this data folder as well." };
        return Verb("retire", "End the use of a key-encryption key that wraps nothing any more.", [number, destroy], async (parsed, keys, cancellationToken) =>
        {
            await keys.Rotation.RetireAsync(parsed.GetRequiredValue(number), cancellationToken);
            Console.WriteLine(parsed.GetValue(destroy)
                ? $"{KeyAdministration.Destroy(FolderOf(parsed), parsed.GetRequiredValue(number))} destroyed; destroy its copies on the other nodes and in the key backup"
                : $"kek-{parsed.GetRequiredValue(number)} is retired; destroy kek-{parsed.GetRequiredValue(number)}.key everywhere once no older key backup has to be restored");
        });
    }

    private static Command Backup()
    {
        var file = new Argument<string>("file") { Description = "File to write, apart from backups of the database." };
        return Verb("backup", "Write the wrapped keys to a file; the key files are not in it.", [file], async (parsed, keys, cancellationToken) =>
            Console.WriteLine($"{parsed.GetRequiredValue(file)}: {Text((await keys.Backup.WriteAsync(parsed.GetRequiredValue(file), cancellationToken)).Keys)} keys"));
    }

    private static Command Restore()
    {
        var file = new Argument<string>("file") { Description = "File that keys backup wrote." };
        return Verb("restore", "Put back wrapped keys the database lacks; persons erased since stay erased.", [file], async (parsed, keys, cancellationToken) =>
        {
            var path = File.Exists(parsed.GetRequiredValue(file)) ? parsed.GetRequiredValue(file) : throw CliFaults.NoFile(parsed.GetRequiredValue(file));
            var result = await keys.Backup.RestoreAsync(path, cancellationToken);
            Console.WriteLine($"{Text(result.Restored)} of {Text(result.Keys)} keys restored; the others were there or belong to persons erased");
        });
    }

    private static Command Verb(string name, string description, IEnumerable<Symbol> more, Func<ParseResult, KeyAdministration, CancellationToken, Task> act)
    {
        var command = new Command(name, description) { Data, Database };
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

        command.SetAction(async (parsed, cancellationToken) =>
        {
            var database = parsed.GetValue(Database) is { } given ? ServeCommand.ConnectionString(given) : null;
            await using var keys = await KeyAdministration.OpenAsync(FolderOf(parsed), database, cancellationToken);
            await act(parsed, keys, cancellationToken);
            return 0;
        });
        return command;
    }

    private static HubFolder FolderOf(ParseResult parsed) => new(parsed.GetRequiredValue(Data));

    private static Argument<int> NumberArgument() => new("number") { Description = "Number N of kek-N.key." };

    private static string StateOf(KeyGeneration key) => key.IsActive ? "active" : key.IsRetired ? "retired" : key.Subjects + key.Records > 0 ? "to be rewrapped" : "unused";

    private static string Text(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
