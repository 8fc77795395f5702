using System.Net;
using System.Net.Sockets;

namespace Grpc.Tests.Support;

/// <summary>Ports of 127.0.0.1 where nobody listens yet.</summary>
internal static class Ports
{
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
