using System.Net;
using DataHub.Kernel;

namespace DataHub.Host;

/// <summary>How a hub runs.</summary>
public sealed record HubOptions
{
    /// <summary>Folder with everything this hub keeps: keys, certificates and, unless <see cref="ConnectionString"/> is given, its own PostgreSQL. Made if missing.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Name of the hub; fixed for the life of the data folder.</summary>
    public HubName Name { get; init; } = new("qinghe");

    /// <summary>Address to listen on.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>Port to listen on; 0 = a free one.</summary>
    public int Port { get; init; }

    /// <summary>A PostgreSQL that somebody else runs; null = the hub starts its own in <see cref="DataFolder"/>.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>PEM file with a certificate for the server, authorities above it and its private key (P-256 or P-384), from an authority of others; null = the hub issues one itself. Read again when it changes.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>Whether the hub's own PostgreSQL waits for the disk. Off only in tests.</summary>
    public bool Fsync { get; init; } = true;

    /// <summary>Whether the hub's clock is compared with the database's. Off only in tests that move it.</summary>
    public bool ComparesClock { get; init; } = true;

    /// <summary>Clock of the hub.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
