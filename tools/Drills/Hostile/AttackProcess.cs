using System.Diagnostics;
using System.Text.Json;

namespace DataHub.Drills.Hostile;

/// <summary>The attackers of one row, seen from the drill.</summary>
internal sealed class AttackProcess : IDisposable
{
    private readonly Process _process;

    private AttackProcess(Process process) => _process = process;

    /// <summary>Starts the process and waits until it has prepared what it will send.</summary>
    public static async Task<AttackProcess> StartAsync(HostileOptions options, AttackOrder order, string command, CancellationToken cancellationToken)
    {
        var attack = new AttackProcess(Process.Start(options.Program(["drill", command, JsonSerializer.Serialize(order)]))!);
        if (await attack._process.StandardOutput.ReadLineAsync(cancellationToken) == Attacker.Ready)
        {
            return attack;
        }

        using (attack)
        {
            throw await attack.FailedAsync(cancellationToken);
        }
    }

    /// <summary>Lets it attack.</summary>
    public async Task<AttackReport> RunAsync(CancellationToken cancellationToken)
    {
        await _process.StandardInput.WriteLineAsync();
        await _process.StandardInput.FlushAsync(cancellationToken);
        return await _process.StandardOutput.ReadLineAsync(cancellationToken) is { } report
            ? JsonSerializer.Deserialize<AttackReport>(report)!
            : throw await FailedAsync(cancellationToken);
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private async Task<Exception> FailedAsync(CancellationToken cancellationToken) =>
        new InvalidOperationException($"The attackers ended by themselves: {await _process.StandardError.ReadToEndAsync(cancellationToken)}");
}
