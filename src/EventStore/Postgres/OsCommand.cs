using System.Diagnostics;

namespace DataHub.EventStore.Postgres;

/// <summary>Short-lived programs of the operating system. PostgreSQL refuses to run as root, so its programs run as user <c>postgres</c> then.</summary>
internal static class OsCommand
{
    /// <summary>Prefix that drops root to user <c>postgres</c> and becomes the command, so that the process id is the command's; empty where the hub is not root.</summary>
    public static IReadOnlyList<string> DropRoot { get; } =
        Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"] : [];

    /// <summary>Runs a command to its end.</summary>
    /// <returns>Exit code, and what it said on both outputs.</returns>
    public static async Task<(int ExitCode, string Output)> RunAsync(bool asPostgres, IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        string[] line = asPostgres ? [.. DropRoot, .. command] : [.. command];
        var start = new ProcessStartInfo(line[0], line[1..])
        {
            WorkingDirectory = "/",
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return (process.ExitCode, await output + await error);
    }

    /// <summary>Gives a folder to user <c>postgres</c> alone, or leaves it with the hub's own user where that is not root.</summary>
    public static async Task GiveToPostgresAsync(string folder, CancellationToken cancellationToken)
    {
        if (Environment.IsPrivilegedProcess)
        {
            await RunAsync(asPostgres: false, ["chown", "postgres:", folder], cancellationToken);
        }
    }
}
