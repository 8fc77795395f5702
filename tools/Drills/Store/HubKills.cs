using System.Diagnostics;

namespace DataHub.Drills.Store;

/// <summary>
/// Kills the process that holds the store outright, with its PostgreSQL, again and again. A process started next on the same folder first repeats what the
/// one before left unanswered.
/// </summary>
/// <param name="folder">Data folder of all processes.</param>
/// <param name="start">How to start the process that runs <see cref="StoreWriters"/>.</param>
/// <param name="kills">How often.</param>
internal sealed class HubKills(string folder, Func<string, ProcessStartInfo> start, int kills)
{
    private readonly Tally _tally = new();
    private readonly Random _random = new(kills);

    public async Task<Tally> RunAsync(CancellationToken cancellationToken)
    {
        for (var i = 0; i < kills; i++)
        {
            using var process = Process.Start(start(folder))!;
            await StoreWriters.TellAsync(process.StandardInput, _tally);
            var reading = ReadAsync(process, _random.Next(1, 300), cancellationToken);
            await reading;
            await process.WaitForExitAsync(cancellationToken);
        }

        return _tally;
    }

    // Whatever it has said before it died, counts; what it was about to say is unknown.
    private async Task ReadAsync(Process process, int acknowledgements, CancellationToken cancellationToken)
    {
        while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (StoreWriters.Apply(line, _tally) && --acknowledgements == 0)
            {
                process.Kill(); // The process alone: its PostgreSQL has to notice by itself.
            }
        }

        if (acknowledgements > 0)
        {
            throw new InvalidOperationException($"The process under drill ended by itself with exit code {process.ExitCode}: {await process.StandardError.ReadToEndAsync(cancellationToken)}");
        }
    }
}
