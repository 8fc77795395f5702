using System.ComponentModel.DataAnnotations;

namespace DataHub.Host.Connections;

/// <summary>What one peer may do to the port, before any call is looked at; configuration section <see cref="Section"/>, fixed at the start.</summary>
internal sealed class ConnectionLimits
{
    public const string Section = "Hub:Connections";

    /// <summary>Connections at once whose handshake is done; 1 to 100,000, default 2,000. More are closed unheard.</summary>
    [Range(1, 100_000)]
    public int Most { get; set; } = 2_000;

    /// <summary>TLS handshakes under way at once; 1 to 100,000, default 1,000. When another begins, the oldest is closed.</summary>
    [Range(1, 100_000)]
    public int MostHandshakes { get; set; } = 1_000;

    /// <summary>Connections at once with one client certificate; 1 to 100,000, default 8. More wait for a place as long as a handshake may take, then are closed.</summary>
    [Range(1, 100_000)]
    public int MostPerCertificate { get; set; } = 8;

    /// <summary>Time for the TLS handshake; 100 ms to 1 min, default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Silence after which a peer is pinged; 1 s (the least that works) to 1 day, default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan PingDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Time to answer a ping, after which the connection is closed; 1 s to 1 day, default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan PingTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Frames a second that ask something of the hub and bring nothing (PING, SETTINGS, PRIORITY, empty DATA and CONTINUATION, unknown types), beyond one
    /// for each answer that went out; 1 to 1,000,000, default 100. Then the connection is closed.
    /// </summary>
    [Range(1, 1_000_000)]
    public int IdleFramesPerSecond { get; set; } = 100;

    /// <summary>
    /// Calls a second that one connection may give up (RST_STREAM), beyond one for each answer that went out; 1 to 1,000,000, default 200: twice what it
    /// may have open at once. Then the connection is closed.
    /// </summary>
    [Range(1, 1_000_000)]
    public int ResetsPerSecond { get; set; } = 200;

    /// <summary>Connections that may be opened at once with one client certificate after a pause; 1 to 1,000,000, default 100. More are closed after the handshake.</summary>
    [Range(1, 1_000_000)]
    public int ConnectBurst { get; set; } = 100;

    /// <summary>Connections a second that may be opened with one client certificate in the long run; 1 to 1,000,000, default 10.</summary>
    [Range(1, 1_000_000)]
    public int ConnectsPerSecond { get; set; } = 10;

    /// <summary>
    /// Connections that may be opened at once from one address after a pause; 1 to 1,000,000, default 2,000, because behind a balancer all come from one.
    /// IPv6 addresses count by their network of 64 bits. More are closed before the handshake.
    /// </summary>
    [Range(1, 1_000_000)]
    public int AddressConnectBurst { get; set; } = 2_000;

    /// <summary>Connections a second that may be opened from one address in the long run; 1 to 1,000,000, default 200.</summary>
    [Range(1, 1_000_000)]
    public int AddressConnectsPerSecond { get; set; } = 200;

    /// <summary>
    /// Age at which a connection is asked to be replaced (GOAWAY), so that connections spread over the hubs behind a balancer; give or take a fifth.
    /// Calls under way go on. 1 s to 1 day, default 10 min.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Connections without a certificate at once; 1 to 10,000, default 100. For one more, the oldest is closed. They can only enrol.</summary>
    [Range(1, 10_000)]
    public int MostAnonymous { get; set; } = 100;

    /// <summary>
    /// Connections without a certificate at once from one address; 1 to 10,000, default 16. More wait for a place as long as a handshake may take, then are closed.
    /// </summary>
    [Range(1, 10_000)]
    public int MostAnonymousPerAddress { get; set; } = 16;

    /// <summary>Age at which a connection without a certificate is closed, whatever it is at; 1 s to 1 h, default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan AnonymousLifetime { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Calls without a certificate under way at once; 1 to 10,000, default 32. More are refused (STRANGERS_BUSY).</summary>
    [Range(1, 10_000)]
    public int MostAnonymousCalls { get; set; } = 32;
}
