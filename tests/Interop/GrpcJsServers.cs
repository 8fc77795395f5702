using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;

namespace DataHub.Interop.Tests;

/// <summary>Two servers of @grpc/grpc-js, in the clear and with TLS, for all tests of a class.</summary>
public sealed class GrpcJsServers : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly InteropCertificates _certificates = InteropCertificates.Create(TimeProvider.System.GetUtcNow());
    private readonly List<Process> _processes = [];
    private readonly Dictionary<bool, Uri> _addresses = [];

    public string AuthorityFile => _certificates.AuthorityFile;

    public async ValueTask InitializeAsync()
    {
        var file = Path.Combine(Path.GetDirectoryName(AuthorityFile)!, "server.pem");
        using var key = _certificates.Server.GetECDsaPrivateKey()!;
        await File.WriteAllTextAsync(file, _certificates.Server.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem());
        _addresses[false] = new Uri("http://127.0.0.1:" + await StartAsync());
        _addresses[true] = new Uri("https://127.0.0.1:" + await StartAsync(file));
    }

    public Uri Address(bool tls) => _addresses[tls];

    public ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            process.Kill(entireProcessTree: true);
            process.Dispose();
        }

        _certificates.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <returns>The port.</returns>
    private async Task<string> StartAsync(params string[] pem)
    {
        var process = Process.Start(ForeignProcess.Node("server.js", [ForeignProcess.Protos, .. pem]))!;
        _processes.Add(process);
        return await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience)
            ?? throw new InvalidOperationException($"The server did not start: {await process.StandardError.ReadToEndAsync()}");
    }
}
