using System.Diagnostics;
using System.Globalization;
using System.Text;
using DataHub.Cli;

namespace DataHub.Acceptance.Tests.Support;

/// <summary>The command line as its users run it: a process of its own. Everything it says is kept.</summary>
internal sealed class HubProcess : IAsyncDisposable
{
    // What comes from a shell's background job has Ctrl-C switched off; a terminal's own job has not.
    private static readonly string[] Program = ["env", "--default-signal=INT", "dotnet", typeof(HubConnection).Assembly.Location];

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();
    private readonly List<(string Text, TaskCompletionSource Said)> _awaited = [];
    private readonly Task _read;

    private HubProcess(Process process)
    {
        _process = process;
        _read = Task.WhenAll(ReadAsync(process.StandardOutput, _output), ReadAsync(process.StandardError, _errors));
    }

    public string Output => Text(_output);

    public string Errors => Text(_errors);

    public static HubProcess Start(params IEnumerable<string> arguments) => StartThrough([], new Dictionary<string, string>(), arguments);

    /// <summary>Starts it through another command (<c>setpriv</c> …) and with variables of its own.</summary>
    public static HubProcess StartThrough(IEnumerable<string> through, IReadOnlyDictionary<string, string> environment, IEnumerable<string> arguments)
    {
        string[] line = [.. through, .. Program, .. arguments];
        var start = new ProcessStartInfo(line[0], line[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new HubProcess(Process.Start(start)!);
    }

    /// <summary>Runs a command to its end.</summary>
    public static async Task<HubProcess> RunAsync(params IEnumerable<string> arguments)
    {
        var process = Start(arguments);
        await process.ExitAsync();
        return process;
    }

    /// <summary>Completes once a text was printed on standard output; fails when the process ends without.</summary>
    public async Task SaidAsync(string text)
    {
        var said = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_awaited)
        {
            _awaited.Add((text, said));
        }

        Look();
        await Task.WhenAny(said.Task, _read).SoonAsync();
        Assert.True(said.Task.IsCompleted, $"It ended without saying '{text}': {Errors}");
    }

    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).SoonAsync();
        await _read.SoonAsync();
        return _process.ExitCode;
    }

    /// <summary>SIGKILL to this process alone.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Ctrl-C.</summary>
    public Task InterruptAsync() => SignalAsync("INT");

    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("/bin/sh", ["-c", string.Create(CultureInfo.InvariantCulture, $"kill -{signal} {_process.Id}")]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>Ctrl-C where it still runs, SIGKILL where a test failed halfway and it does not listen.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await SignalAsync("INT");
            await Task.WhenAny(_process.WaitForExitAsync(CancellationToken.None), Task.Delay(TimeSpan.FromSeconds(60), CancellationToken.None));
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }

    private async Task ReadAsync(StreamReader reader, StringBuilder into)
    {
        var buffer = new char[4096];
        while (await reader.ReadAsync(buffer) is var read and > 0)
        {
            lock (into)
            {
                into.Append(buffer, 0, read);
            }

            Look();
        }
    }

    private void Look()
    {
        var output = Output;
        lock (_awaited)
        {
            foreach (var (_, said) in _awaited.Where(awaited => output.Contains(awaited.Text, StringComparison.Ordinal)))
            {
                said.TrySetResult();
            }

            _awaited.RemoveAll(awaited => awaited.Said.Task.IsCompleted);
        }
    }

    private static string Text(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }
}
