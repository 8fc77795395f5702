using System.Net;

namespace Grpc.Net.Client.Balancer;

/// <summary>Where a server listens.</summary>
public sealed class BalancerAddress
{
    /// <summary>An address.</summary>
    /// <param name="host">Name or IP address.</param>
    /// <param name="port">Port.</param>
    public BalancerAddress(string host, int port)
        : this(new DnsEndPoint(host, port))
    {
    }

    /// <summary>An address.</summary>
    /// <param name="endPoint">Name or IP address, and port.</param>
    public BalancerAddress(DnsEndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        EndPoint = endPoint;
    }

    /// <summary>Name or IP address, and port.</summary>
    public DnsEndPoint EndPoint { get; }

    /// <summary>What the request and the certificate call the server, where that is not <see cref="EndPoint"/>: an IP address found by name. Null otherwise.</summary>
    internal string? HostOverride { get; init; }

    /// <summary>Host and port as in a URL.</summary>
    public override string ToString() =>
        EndPoint.Host.Contains(':', StringComparison.Ordinal) ? $"[{EndPoint.Host}]:{EndPoint.Port}" : $"{EndPoint.Host}:{EndPoint.Port}";
}
