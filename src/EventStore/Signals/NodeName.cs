using System.Globalization;
using System.Net;
using System.Security.Cryptography;

namespace DataHub.EventStore.Signals;

/// <summary>What this node of the hub is called towards the others: <c>host/process/tag</c>, new at each start.</summary>
public sealed class NodeName
{
    private const int MaxHost = 24; // PostgreSQL keeps 63 bytes of an application's name.

    /// <summary>The name.</summary>
    public string Value { get; } = string.Create(CultureInfo.InvariantCulture, $"{Host}/{Environment.ProcessId}/{RandomNumberGenerator.GetHexString(6, lowercase: true)}");

    private static string Host => Dns.GetHostName() is { Length: > MaxHost } name ? name[..MaxHost] : Dns.GetHostName();
}
