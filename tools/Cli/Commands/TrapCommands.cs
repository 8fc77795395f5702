using System.CommandLine;
using System.Globalization;
using DataHub.V1;
using Spectre.Console;

namespace DataHub.Cli.Commands;

/// <summary><c>hub access traps</c>: subjects nobody has a reason to ask about, for the security administrator.</summary>
internal static class TrapCommands
{
    private const string Role = "securityadministrator";

    public static Command Create() => new("traps", "Subjects nobody has a reason to ask about: whoever does raises an alert.") { Mark(), Unmark(), List() };

    private static Command Mark()
    {
        var type = new Argument<string>("id-type") { Description = "Kind of id: resident_id, hmt_residence_permit, foreign_pr_id, uscc." };
        var note = new Argument<string>("note") { Description = "What the trap is for; no names of persons." };
        return AccessCommands.Verb("mark", "Make a subject a trap; its id is read from standard input, so that no shell remembers it.", Role, [type, note], async (parsed, hub, cancellationToken) =>
        {
            var id = await Console.In.ReadLineAsync(cancellationToken) ?? "";
            var request = new MarkHoneyRequest { Subject = new SubjectId { IdType = parsed.GetRequiredValue(type), Id = id.Trim() }, Note = parsed.GetRequiredValue(note) };
            Console.WriteLine((await hub.Brakes.MarkHoneyAsync(request, cancellationToken: cancellationToken)).Pseudonym);
        });
    }

    private static Command Unmark()
    {
        var pseudonym = new Argument<string>("pseudonym") { Description = "Pseudonym of the subject, as the list shows it." };
        return AccessCommands.Verb("unmark", "Make a trap an ordinary subject again.", Role, [pseudonym], async (parsed, hub, cancellationToken) =>
            await hub.Brakes.UnmarkHoneyAsync(new UnmarkHoneyRequest { Pseudonym = parsed.GetRequiredValue(pseudonym) }, cancellationToken: cancellationToken));
    }

    private static Command List() => AccessCommands.Verb("list", "List the traps.", Role, [], async (_, hub, cancellationToken) =>
    {
        var table = Tables.New("pseudonym", "note", "marked by", "at");
        foreach (var trap in (await hub.Brakes.ListHoneyAsync(new ListHoneyRequest(), cancellationToken: cancellationToken)).Traps)
        {
            table.AddRow(trap.Pseudonym, trap.Note.EscapeMarkup(), trap.MarkedBy, trap.MarkedAt.ToDateTimeOffset().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        }

        AnsiConsole.Write(table);
    });
}
