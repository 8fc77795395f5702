using System.Diagnostics;

namespace DataHub.Interop.Tests;

/// <summary>Programs of other gRPC implementations as child processes.</summary>
internal static class ForeignProcess
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    // bin/<configuration>/<framework> below the project.
    private static readonly string Project = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", ".."));

    /// <summary>Folder that holds grpc/testing/*.proto.</summary>
    public static string Protos => Path.Combine(AppContext.BaseDirectory, "protos");

    /// <summary>How to start a script of js/ with Node.js.</summary>
    public static ProcessStartInfo Node(string script, params string[] arguments)
    {
        var folder = Path.Combine(Project, "js");
        Assert.True(
            Directory.Exists(Path.Combine(folder, "node_modules", "@grpc", "grpc-js")),
            "The foreign client is not installed: run 'npm ci --ignore-scripts' in tests/Interop/js (needs Node.js 20).");
        return Start("node", folder, [script, .. arguments]);
    }

    /// <summary>How to start a script of py/ with the system's Python, for which Debian packages grpcio.</summary>
    public static ProcessStartInfo Python(params string[] arguments) => Start("/usr/bin/python3", Path.Combine(Project, "py"), arguments);

    /// <summary>Runs to the end.</summary>
    /// <returns>What it printed.</returns>
    public static async Task<string> RunAsync(ProcessStartInfo start)
    {
        var token = TestContext.Current.CancellationToken;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(token);
        var errors = process.StandardError.ReadToEndAsync(token);
        try
        {
            await process.WaitForExitAsync(token).WaitAsync(Patience, token);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }

        Assert.True(process.ExitCode == 0, $"{start.FileName} ended with {process.ExitCode}: {await errors}");
        return await output;
    }

    private static ProcessStartInfo Start(string program, string folder, string[] arguments) => new(program, arguments)
    {
        WorkingDirectory = folder,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    };
}
