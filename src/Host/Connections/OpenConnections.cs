using System.Collections.Concurrent;
using DataHub.Host.Access;
using DataHub.Kernel.Access;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace DataHub.Host.Connections;

/// <summary>
/// Connections open at this moment, each with its certificate. When the register no longer admits it, or its account lost a role or went to another organisation, the connection is
/// closed with every call and stream on it: whoever is still welcome connects again.
/// </summary>
internal sealed partial class OpenConnections(AccessBook book, TimeProvider time, ILogger<OpenConnections> logger)
{
    private readonly ConcurrentDictionary<ConnectionContext, Standing> _open = new();

    public void Enter(ConnectionContext connection, ClientCertificate certificate) => _open[connection] = new Standing(certificate) { Caller = book.LastKnown(certificate) };

    public void Leave(ConnectionContext connection) => _open.TryRemove(connection, out _);

    /// <summary>Closes whom the register does not admit any more. Who was not admitted before is left alone: each call is refused, and told why.</summary>
    /// <param name="register">The register as it stands.</param>
    public void CloseRefused(AccessSnapshot register)
    {
        var now = time.GetUtcNow();
        foreach (var (connection, standing) in _open)
        {
            var admission = register.Judge(standing.Certificate, now);
            if (standing.Caller is { } before && ReasonToClose(before, admission) is { } reason)
            {
                Log.Closed(logger, connection.ConnectionId, reason);
                connection.Abort(new ConnectionAbortedException($"Closed: {reason}."));
                _open.TryRemove(connection, out _);
            }
            else
            {
                standing.Caller = admission.Caller;
            }
        }
    }

    /// <summary>Closes those whose certificate an outside authority vouches for that is trusted no more.</summary>
    /// <param name="isTrusted">Whether an authority is trusted, by its key identifier.</param>
    public void CloseOutside(Func<string, bool> isTrusted)
    {
        foreach (var (connection, standing) in _open)
        {
            if (standing.Certificate.OutsideAuthority is { } authority && !isTrusted(authority))
            {
                Log.Closed(logger, connection.ConnectionId, "AUTHORITY_UNKNOWN");
                connection.Abort(new ConnectionAbortedException("Closed: AUTHORITY_UNKNOWN."));
                _open.TryRemove(connection, out _);
            }
        }
    }

    private static string? ReasonToClose(Caller before, Admission admission) => admission switch
    {
        { Refusal: { } refusal } => refusal.Code,
        { Caller: { } now } when now.Organisation != before.Organisation || !before.Roles.IsSubsetOf(now.Roles) => "ROLE_REQUIRED",
        _ => null,
    };

    private sealed class Standing(ClientCertificate certificate)
    {
        public ClientCertificate Certificate => certificate;

        /// <summary>Whom it stood for when last looked at; null = nobody known.</summary>
        public Caller? Caller { get; set; }
    }

    private static partial class Log
    {
        [LoggerMessage(9111, LogLevel.Warning, "Connection {ConnectionId} was closed: {Reason}")]
        public static partial void Closed(ILogger logger, string connectionId, string reason);
    }
}
