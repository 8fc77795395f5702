using System.Diagnostics;

namespace DataHub.Licences.Tests;

/// <summary>The independent judge: the openssl program, 3.0 or later.</summary>
internal static class OpenSsl
{
    /// <summary>Runs it; whether it said yes, and everything it wrote.</summary>
    public static async Task<(bool Accepts, string Output)> RunAsync(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("openssl", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var cancellationToken = TestContext.Current.CancellationToken;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return (process.ExitCode == 0, await output + await errors);
    }
}
