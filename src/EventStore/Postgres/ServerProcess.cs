using System.Collections.Concurrent;
using System.Diagnostics;

namespace DataHub.EventStore.Postgres;

/// <summary>
/// Starts the server so that it ends with the hub, however the hub ends. The kernel sends the signal of <c>--pdeathsig</c> when the
/// <em>thread</em> that started the server ends, so all are started by one thread that never does.
/// </summary>
internal static class ServerProcess
{
    // Own session: Ctrl-C in a terminal reaches the hub alone, which drains first and stops the server last.
    private const string Script = """log=$1; shift; exec setsid "$@" >>"$log" 2>&1 </dev/null""";

    private static readonly BlockingCollection<Action> Starts = StartThread();

    /// <summary>Starts a command as user postgres; its outputs go to a log file, its process id is the server's.</summary>
    public static Task<Process> StartAsync(IEnumerable<string> command, string log)
    {
        string[] line = ["setpriv", .. OsCommand.DropRoot.Skip(1).SkipLast(1), "--pdeathsig=SIGINT", "--", .. command];
        var start = new ProcessStartInfo("/bin/sh", ["-c", Script, "sh", log, .. line]) { WorkingDirectory = "/" };
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        Starts.Add(() => Complete(started, start));
        return started.Task;
    }

    private static void Complete(TaskCompletionSource<Process> started, ProcessStartInfo start)
    {
        try
        {
            started.SetResult(Process.Start(start)!);
        }
        catch (Exception e)
        {
            started.SetException(e);
        }
    }

    private static BlockingCollection<Action> StartThread()
    {
        var starts = new BlockingCollection<Action>();
        var thread = new Thread(() =>
        {
            foreach (var start in starts.GetConsumingEnumerable())
            {
                start();
            }
        })
        {
            IsBackground = true,
            Name = "postgres parent",
        };
        thread.Start();
        return starts;
    }
}
