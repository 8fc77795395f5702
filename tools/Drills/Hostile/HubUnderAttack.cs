using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using DataHub.Host;
using DataHub.Host.Keys;

namespace DataHub.Drills.Hostile;

/// <summary>A hub in a process of its own (<c>hub serve</c>), and what the system says of that process.</summary>
internal sealed class HubUnderAttack : IAsyncDisposable
{
    private const double TicksPerSecond = 100; // USER_HZ, the same on every Linux that .NET runs on.

    // Kestrel says so when it closes a connection that makes it answer faster than it reads: a defence, no failure.
    private const string KestrelClosed = "exceeded the output operations maximum queue size";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly TaskCompletionSource _listens = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> _errors = [];
    private readonly Task _read;

    private HubUnderAttack(Process process)
    {
        _process = process;
        _read = Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
    }

    public Uri Address { get; private set; } = null!;

    /// <summary>Memory of the process now, MiB.</summary>
    public double Rss => Status("VmRSS");

    /// <summary>Most memory since <see cref="ForgetPeak"/>, MiB.</summary>
    public double PeakRss => Status("VmHWM");

    /// <summary>CPU that the process has used.</summary>
    public TimeSpan Cpu
    {
        get
        {
            // The name in parentheses may hold anything; user and system time are the 12th and 13th field after it.
            var stat = File.ReadAllText($"/proc/{_process.Id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return TimeSpan.FromSeconds((long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond);
        }
    }

    public bool HasEnded => _process.HasExited;

    /// <summary>Starts a hub on a data folder, with short limits of time where wanted (<see cref="HubSettings"/>).</summary>
    public static async Task<HubUnderAttack> StartAsync(string dataFolder, HostileOptions options, CancellationToken cancellationToken)
    {
        var start = options.Program(["serve", "--data", dataFolder]);
        foreach (var (name, value) in HubSettings.Of(options.Scale))
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        var hub = new HubUnderAttack(process);
        try
        {
            if (await Task.WhenAny(hub._listens.Task, hub._read).WaitAsync(Patience, cancellationToken) == hub._read)
            {
                throw new InvalidOperationException($"The hub did not start: {string.Join(' ', hub.TakeErrors())}");
            }

            var running = JsonSerializer.Deserialize<RunningHub>(await File.ReadAllTextAsync(new HubFolder(dataFolder).RunningFile, cancellationToken))!;
            hub.Address = new Uri(running.Address);
            return hub;
        }
        catch
        {
            await hub.DisposeAsync();
            throw;
        }
    }

    public void ForgetPeak() => File.WriteAllText($"/proc/{_process.Id}/clear_refs", "5");

    /// <summary>Failures the hub has logged since the last time: what nobody threw on purpose.</summary>
    public IReadOnlyList<string> TakeErrors()
    {
        lock (_errors)
        {
            string[] taken = [.. _errors];
            _errors.Clear();
            return taken;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            using var kill = Process.Start("/bin/sh", ["-c", string.Create(CultureInfo.InvariantCulture, $"kill -TERM {_process.Id}")]);
            await kill.WaitForExitAsync();
            await Task.WhenAny(_process.WaitForExitAsync(), Task.Delay(Patience));
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        await _read;
        _process.Dispose();
    }

    // The console writes a level, a colon and the category, and on the next line what happened.
    private async Task ReadAsync(StreamReader reader)
    {
        var isError = false;
        while (await reader.ReadLineAsync() is { } line)
        {
            if ((isError && !line.Contains(KestrelClosed, StringComparison.Ordinal)) || line.StartsWith("hub: ", StringComparison.Ordinal))
            {
                lock (_errors)
                {
                    _errors.Add(line.Trim());
                }
            }

            isError = line.StartsWith("fail: ", StringComparison.Ordinal) || line.StartsWith("crit: ", StringComparison.Ordinal);
            if (line.EndsWith("Ctrl-C stops it.", StringComparison.Ordinal))
            {
                _listens.TrySetResult();
            }
        }
    }

    private double Status(string name)
    {
        var line = File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith(name, StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024;
    }
}
