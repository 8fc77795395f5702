using System.Diagnostics;
using System.Text.Json;

namespace DataHub.Interop.Tests;

/// <summary>Runs js/smoke.js, a client of @grpc/grpc-js, as a child process.</summary>
internal static class NodeClient
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    // bin/<configuration>/<framework> below the project.
    private static readonly string Folder = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "js"));

    public static async Task<JsonElement> RunAsync(string address, string? certificateFile, CancellationToken cancellationToken)
    {
        Assert.True(
            Directory.Exists(Path.Combine(Folder, "node_modules", "@grpc", "grpc-js")),
            "The foreign client is not installed: run 'npm ci --ignore-scripts' in tests/Interop/js (needs Node.js 20).");
        string[] arguments = ["smoke.js", Path.Combine(AppContext.BaseDirectory, "probe.proto"), address, .. certificateFile is null ? Array.Empty<string>() : [certificateFile]];
        using var node = Process.Start(new ProcessStartInfo("node", arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = node.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = node.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            await node.WaitForExitAsync(cancellationToken).WaitAsync(Patience, cancellationToken);
        }
        finally
        {
            node.Kill(entireProcessTree: true);
        }

        Assert.True(node.ExitCode == 0, $"node ended with {node.ExitCode}: {await errors}");
        return JsonDocument.Parse(await output).RootElement;
    }
}
