using System.Net;

namespace DataHub.Interop.Tests;

/// <summary>Our interop server, in the clear and with TLS, for all tests of a class.</summary>
public sealed class OurServers : IAsyncLifetime
{
    private InteropServer? _plain;
    private InteropServer? _tls;

    public async ValueTask InitializeAsync()
    {
        _plain = await InteropServer.StartAsync(IPAddress.Loopback, 0, tls: false, TestContext.Current.CancellationToken);
        _tls = await InteropServer.StartAsync(IPAddress.Loopback, 0, tls: true, TestContext.Current.CancellationToken);
    }

    public InteropServer Server(bool tls) => (tls ? _tls : _plain)!;

    /// <summary>Arguments with which a foreign client finds a server: host, port, and the authority's certificate with TLS.</summary>
    public string[] Target(bool tls) => Server(tls) is { AuthorityFile: { } file } server ? [server.Address.Authority, file] : [Server(tls).Address.Authority];

    public async ValueTask DisposeAsync()
    {
        await _plain!.DisposeAsync();
        await _tls!.DisposeAsync();
    }
}
