using System.Net;
using System.Net.Sockets;
using DataHub.Host.Access;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DataHub.Host.Connections;

/// <summary>
/// Stands between the port and HTTP/2: 1 how fast an address connects and how many handshakes are under way, before TLS; 2 how many connections there
/// are, how fast a certificate connects and how many it has, or how many those without one have, 3 how many idle frames and resets one sends, 4 how old it grows, after TLS. Kestrel itself
/// holds the time of the handshake and the keep-alive.
/// </summary>
internal sealed partial class ConnectionGuard
{
    // A hub under attack must not be kept busy by telling so.
    private const int ToldPerSecond = 20;

    private readonly ConnectionLimits _limits;
    private readonly ConnectRate _rate;
    private readonly ConnectRate _addressRate;
    private readonly CertificatePlaces _places;
    private readonly CertificatePlaces _strangers;
    private readonly YieldingPlaces _strangersAnywhere;
    private readonly ClientCertificates _certificates;
    private readonly OpenConnections _open;
    private readonly YieldingPlaces _handshakes;
    private readonly FrameBudget _told;
    private readonly Lock _telling = new();
    private int _untold;
    private int _connections;
    private readonly TimeProvider _time;
    private readonly ILogger<ConnectionGuard> _logger;

    public ConnectionGuard(IOptions<ConnectionLimits> limits, ClientCertificates certificates, OpenConnections open, TimeProvider time, ILogger<ConnectionGuard> logger)
    {
        _limits = limits.Value;
        _rate = new ConnectRate(_limits.ConnectBurst, _limits.ConnectsPerSecond, time);
        _addressRate = new ConnectRate(_limits.AddressConnectBurst, _limits.AddressConnectsPerSecond, time);
        _places = new CertificatePlaces(_limits.MostPerCertificate, _limits.HandshakeTimeout, time);
        _strangers = new CertificatePlaces(_limits.MostAnonymousPerAddress, _limits.HandshakeTimeout, time);
        _strangersAnywhere = new YieldingPlaces(_limits.MostAnonymous);
        _certificates = certificates;
        _open = open;
        _handshakes = new YieldingPlaces(_limits.MostHandshakes);
        _told = new FrameBudget(ToldPerSecond, time);
        _time = time;
        _logger = logger;
    }

    /// <summary>Time for the TLS handshake.</summary>
    public TimeSpan HandshakeTimeout => _limits.HandshakeTimeout;

    /// <summary>Limits that Kestrel keeps for us.</summary>
    public void Limit(KestrelServerLimits kestrel)
    {
        kestrel.MaxRequestHeadersTotalSize = 8 * 1024;
        kestrel.MaxRequestHeaderCount = 40;

        // Above both of our own, also while those that were closed are still leaving.
        kestrel.MaxConcurrentConnections = _limits.Most + (2L * _limits.MostHandshakes);
        kestrel.Http2.KeepAlivePingDelay = _limits.PingDelay;
        kestrel.Http2.KeepAlivePingTimeout = _limits.PingTimeout;
    }

    /// <summary>Adds what comes before TLS.</summary>
    public void GuardPort(ListenOptions listen) => listen.Use(AdmitAddressAsync);

    /// <summary>Adds what comes after TLS.</summary>
    public void GuardHttp(ListenOptions listen) => listen.Use(AdmitConnectionAsync).Use(AdmitCertificateAsync).Use(WatchAsync);

    private async Task AdmitAddressAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (connection.RemoteEndPoint is IPEndPoint { Address: var address } && !_addressRate.TryConnect(NetworkOf(address)))
        {
            Close(connection, "too many connections opened by one address of late");
            return;
        }

        var handshake = _handshakes.Enter(() => Close(connection, "too many handshakes under way"));
        connection.Features.Set(handshake);
        try
        {
            await next(connection);
        }
        finally
        {
            handshake.Leave();
        }
    }

    private async Task AdmitConnectionAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        connection.Features.Get<YieldingPlaces.Place>()?.Leave();
        try
        {
            if (Interlocked.Increment(ref _connections) > _limits.Most)
            {
                Close(connection, "too many connections");
                return;
            }

            await next(connection);
        }
        finally
        {
            Interlocked.Decrement(ref _connections);
        }
    }

    private async Task AdmitCertificateAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (connection.Features.Get<ITlsConnectionFeature>()?.ClientCertificate is not { } shown)
        {
            await AdmitStrangerAsync(connection, next);
            return;
        }

        var certificate = _certificates.Read(shown);
        var thumbprint = certificate.Facts.Thumbprint;
        if (!_rate.TryConnect(thumbprint))
        {
            Close(connection, "too many connections opened with one certificate of late");
            return;
        }

        if (!await _places.TryEnterAsync(thumbprint, connection.ConnectionClosed))
        {
            Close(connection, "too many connections with one certificate");
            return;
        }

        connection.Features.Set(certificate);
        _open.Enter(connection, certificate);
        try
        {
            await next(connection);
        }
        finally
        {
            _open.Leave(connection);
            _places.Leave(thumbprint);
        }
    }

    // Those without a certificate can only enrol: few at a time, few from one place, and not for long. Whoever comes when all places are taken gets that of the oldest, which has had its time.
    private async Task AdmitStrangerAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var place = connection.RemoteEndPoint is IPEndPoint { Address: var address } ? NetworkOf(address) : "";
        if (!await _strangers.TryEnterAsync(place, connection.ConnectionClosed))
        {
            Close(connection, "too many connections without a certificate from one address");
            return;
        }

        var anywhere = _strangersAnywhere.Enter(() => Close(connection, "too many connections without a certificate"));
        try
        {
            await using (_time.CreateTimer(_ => Close(connection, "without a certificate for too long"), state: null, _limits.AnonymousLifetime, Timeout.InfiniteTimeSpan))
            {
                await next(connection);
            }
        }
        finally
        {
            anywhere.Leave();
            _strangers.Leave(place);
        }
    }

    private async Task WatchAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var budgets = new FrameBudgets(new FrameBudget(_limits.IdleFramesPerSecond, _time), new FrameBudget(_limits.ResetsPerSecond, _time));
        connection.Transport = new GuardedTransport(connection.Transport, budgets, reason => Close(connection, reason));
        var age = _limits.Lifetime * (0.8 + 0.4 * Random.Shared.NextDouble());
        var retire = connection.Features.Get<IConnectionLifetimeNotificationFeature>();
        await using (_time.CreateTimer(_ => retire?.RequestClose(), state: null, age, Timeout.InfiniteTimeSpan))
        {
            await next(connection);
        }
    }

    private static string NetworkOf(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6 || address.IsIPv4MappedToIPv6)
        {
            return address.ToString();
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes).ToString();
    }

    private void Close(ConnectionContext connection, string reason)
    {
        Tell(connection, reason);
        connection.Abort(new ConnectionAbortedException($"Closed: {reason}."));
    }

    private void Tell(ConnectionContext connection, string reason)
    {
        int untold;
        lock (_telling)
        {
            if (!_told.TrySpend(1))
            {
                _untold++;
                return;
            }

            (untold, _untold) = (_untold, 0);
        }

        Log.Closed(_logger, connection.ConnectionId, reason, untold);
    }

    private static partial class Log
    {
        [LoggerMessage(9101, LogLevel.Warning, "Connection {ConnectionId} was closed: {Reason}; {Untold} closed before it are not listed")]
        public static partial void Closed(ILogger logger, string connectionId, string reason, int untold);
    }
}

/// <summary>Sets the guard up.</summary>
internal static class ConnectionGuardServices
{
    /// <summary>Adds the guard with its limits; needs a <see cref="TimeProvider"/>.</summary>
    public static void AddConnectionGuard(this IServiceCollection services)
    {
        services.AddOptions<ConnectionLimits>().BindConfiguration(ConnectionLimits.Section).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(new ClientCertificates(_ => null));
        services.TryAddSingleton<AccessBook>();
        services.AddSingleton<OpenConnections>();
        services.AddSingleton<ConnectionGuard>();
    }
}
