using DataHub.Host.Connections;
using DataHub.Kernel.Alerts;
using DataHub.Kernel.Faults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DataHub.Host.Keys;

/// <summary>
/// Looks every second whether authorities, signers or the server's certificate were renewed or have to be, and every hour for what expires soon: a warning in the log and an alert per certificate,
/// from a third of its life or 60 days before its end, whichever is shorter.
/// </summary>
internal sealed partial class KeyWatch(HubKeys keys, ServerCertificate server, OpenConnections connections, IAlerts alerts, TimeProvider time, ILogger<KeyWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ExpiryPause = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var nextLook = time.GetUtcNow();
        using var timer = new PeriodicTimer(Pause, time);
        do
        {
            Refresh();
            if (time.GetUtcNow() >= nextLook)
            {
                nextLook = time.GetUtcNow() + ExpiryPause;
                await WarnAsync(stoppingToken);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private void Refresh()
    {
        try
        {
            if (keys.Refresh())
            {
                connections.CloseOutside(keyId => keys.Authorities.Outside.All.Any(authority => authority.KeyId == keyId));
                Log.AuthoritiesChanged(logger, keys.Authorities.Tls.Issuer.Subject);
            }

            if (server.Refresh())
            {
                Log.ServerChanged(logger, server.Certificate.SerialNumber, server.Certificate.NotAfter.ToUniversalTime());
            }
        }
        catch (Exception e) when (e is FaultException or IOException or UnauthorizedAccessException)
        {
            // Files being replaced by hand, or damaged: what is in memory goes on to work, and the next look is a second away.
            Log.Unreadable(logger, e.Message);
        }
    }

    private async Task WarnAsync(CancellationToken cancellationToken)
    {
        foreach (var certificate in keys.Certificates().Where(certificate => certificate.IsDue(time.GetUtcNow())))
        {
            Log.Expires(logger, certificate.Name, certificate.Serial, certificate.NotAfter);
            try
            {
                await alerts.RaiseAsync(new Alert("CERTIFICATE_EXPIRES", AlertLevel.Warning, "", $"{certificate.Name} (serial {certificate.Serial}) ends at {certificate.NotAfter:u}.", certificate.Serial), cancellationToken);
            }
            catch (FaultException e)
            {
                // The log has it; the alert comes with the next look.
                Log.Unreadable(logger, e.Message);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(9301, LogLevel.Information, "Authorities changed; {Issuer} issues now")]
        public static partial void AuthoritiesChanged(ILogger logger, string issuer);

        [LoggerMessage(9302, LogLevel.Information, "The server shows certificate {Serial} now, which ends at {End}")]
        public static partial void ServerChanged(ILogger logger, string serial, DateTimeOffset end);

        [LoggerMessage(9303, LogLevel.Warning, "{Name} (serial {Serial}) ends at {End}; renew it")]
        public static partial void Expires(ILogger logger, string name, string serial, DateTimeOffset end);

        [LoggerMessage(9304, LogLevel.Error, "Keys or their alerts could not be looked after: {Reason}")]
        public static partial void Unreadable(ILogger logger, string reason);
    }
}

/// <summary>Sets the keys of a running hub up.</summary>
internal static class KeyServices
{
    /// <summary>Adds the keys, what the port shows, and the watch over both; needs <see cref="IAlerts"/>.</summary>
    public static void AddHubKeys(this IServiceCollection services, HubKeys keys, ServerCertificate server)
    {
        // Whoever opened the keys closes them.
        services.AddSingleton(keys);
        services.AddSingleton(server);
        services.AddHostedService<KeyWatch>();
    }
}
