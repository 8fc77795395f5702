using System.Text.Json;
using DataHub.Drills.Hostile.Attacks;

namespace DataHub.Drills.Hostile;

/// <summary>What an attacking process is told, as JSON on its command line.</summary>
/// <param name="Row">Row of the list.</param>
/// <param name="Address">The hub.</param>
/// <param name="Systems">Folder with certificates.</param>
/// <param name="Scale">Factor on counts.</param>
/// <param name="Cases">Mutated messages.</param>
/// <param name="Share">CPU it may use, of one core.</param>
internal sealed record AttackOrder(string Row, Uri Address, string Systems, double Scale, int Cases, double Share);

/// <summary>The attackers of one row, a process of their own: says <c>ready</c>, waits for a line, attacks, and says what happened.</summary>
public static class Attacker
{
    /// <summary>Word said when all is prepared.</summary>
    internal const string Ready = "ready";

    // Refused connections are tried again; a hub that refuses everything must not make an attack endless.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(30);

    /// <summary>Runs an attack.</summary>
    /// <param name="order">The order, JSON.</param>
    /// <param name="input">A line starts the attack.</param>
    /// <param name="output">Takes the word and the report.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static async Task RunAsync(string order, TextReader input, TextWriter output, CancellationToken cancellationToken)
    {
        var told = JsonSerializer.Deserialize<AttackOrder>(order)!;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var field = new AttackField(told, stop.Token);
        var attack = Attack.Of(told.Row);
        attack.Prepare(field);
        await output.WriteLineAsync(Ready.AsMemory(), cancellationToken);
        await output.FlushAsync(cancellationToken);
        await input.ReadLineAsync(cancellationToken);
        field.Pace = new CpuPace(told.Share);
        stop.CancelAfter(Longest);
        try
        {
            await attack.RunAsync(field);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            field.Tally.Wrong("attack that did not come to its end");
        }

        await output.WriteLineAsync(JsonSerializer.Serialize(field.Tally.Report(field.Pace)).AsMemory(), cancellationToken);
    }
}
