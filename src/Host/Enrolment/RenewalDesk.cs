using System.Security.Cryptography.X509Certificates;
using DataHub.Crypto.Certificates;
using DataHub.EventStore.Postgres;
using DataHub.Host.Access;
using DataHub.Host.Keys;
using DataHub.Kernel.Faults;
using Npgsql;

namespace DataHub.Host.Enrolment;

/// <summary>Renews certificates and ends them.</summary>
internal sealed class RenewalDesk(PostgresDataSources sources, AccountRegister register, HubKeys keys, TimeProvider time)
{
    /// <summary>Pause between two certificates while the present one has more than a third of its life left.</summary>
    public static readonly TimeSpan EarlyPause = TimeSpan.FromMinutes(10);

    private const int MostInForce = 16;

    /// <summary>Whether two thirds of a certificate's life are over.</summary>
    public bool IsDue(CertificateFacts certificate) => KeyLives.IsWorn(new CertificateValidity(certificate.NotBefore, certificate.NotAfter), time.GetUtcNow());

    /// <summary>A further certificate; the present one stays in force until it ends or is superseded.</summary>
    /// <exception cref="FaultException">
    /// <c>DER_REFUSED</c>, <c>CERTIFICATE_REQUEST_INVALID</c>, <c>KEY_REUSED</c>, <c>RENEWAL_TOO_SOON</c>, <c>CERTIFICATES_TOO_MANY</c>, <c>ACCOUNT_AUTHORITY</c>, <c>ACCOUNT_SUSPENDED</c>,
    /// <c>ACCOUNT_CLOSED</c>, and those of the event store.
    /// </exception>
    public async Task<IssuedChain> RenewAsync(string id, X509Certificate2 present, ReadOnlyMemory<byte> pkcs10, CancellationToken cancellationToken)
    {
        if (RequestedKey.DigestOf(pkcs10.Span).AsSpan().SequenceEqual(RequestedKey.DigestOf(present)))
        {
            throw EnrolmentFaults.KeyReused();
        }

        var account = await register.FindAsync(id, cancellationToken) ?? throw EnrolmentFaults.AccountUnknown(id, "account");
        if (account.Authority is { Length: > 0 })
        {
            throw EnrolmentFaults.OutsideAuthority(id);
        }

        await RequireOccasionAsync(id, CertificateFacts.Of(present), cancellationToken);
        var chain = keys.Certify(pkcs10.Span, new TlsIdentity(account.Id, account.Organisation));
        await register.RecordCertificateAsync(id, CertificateFacts.Of(chain[0]), id, cancellationToken);
        return IssuedChain.Of(id, chain);
    }

    /// <summary>Ends the certificates of an account that were issued before the one shown.</summary>
    /// <returns>How many.</returns>
    public async Task<int> SupersedeAsync(string id, X509Certificate2 present, CancellationToken cancellationToken)
    {
        var shown = CertificateFacts.Of(present);
        var earlier = (await register.CertificatesOfAsync(id, cancellationToken)).Where(certificate => certificate.NotBefore < shown.NotBefore).ToList();
        foreach (var certificate in earlier)
        {
            await register.RevokeCertificateAsync(certificate.Thumbprint, "superseded", id, cancellationToken);
        }

        return earlier.Count;
    }

    /// <summary>Revokes what is in force, of an account or with a serial number.</summary>
    /// <returns>How many.</returns>
    /// <exception cref="FaultException">Nothing fits: <c>CERTIFICATE_UNKNOWN</c>.</exception>
    public async Task<int> RevokeAsync(string account, string serial, string reason, string by, CancellationToken cancellationToken)
    {
        if (account.Length == 0 && serial.Length == 0)
        {
            throw EnrolmentFaults.NothingToRevoke();
        }

        var thumbprints = await PostgresFaults.GuardAsync(() => FindAsync(account, serial.TrimStart('0').ToLowerInvariant(), cancellationToken));
        foreach (var thumbprint in thumbprints)
        {
            await register.RevokeCertificateAsync(thumbprint, reason, by, cancellationToken);
        }

        return thumbprints.Count > 0 ? thumbprints.Count : throw EnrolmentFaults.NothingToRevoke();
    }

    private async Task RequireOccasionAsync(string id, CertificateFacts present, CancellationToken cancellationToken)
    {
        var inForce = await register.CertificatesOfAsync(id, cancellationToken);
        if (inForce.Count >= MostInForce)
        {
            throw EnrolmentFaults.TooManyCertificates();
        }

        // A certificate begins five minutes before it is issued.
        var sinceNewest = inForce.Count == 0 ? TimeSpan.MaxValue : time.GetUtcNow() - inForce.Max(certificate => certificate.NotBefore) - TimeSpan.FromMinutes(5);
        if (!IsDue(present) && sinceNewest < EarlyPause)
        {
            throw EnrolmentFaults.TooSoon(EarlyPause - sinceNewest);
        }
    }

    private async Task<List<string>> FindAsync(string account, string serial, CancellationToken cancellationToken)
    {
        await using var query = sources.Hub.CreateCommand(EnrolmentSql.CertificatesToRevoke);
        query.Parameters.Add(new NpgsqlParameter<string> { TypedValue = account });
        query.Parameters.Add(new NpgsqlParameter<string> { TypedValue = serial });
        query.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = time.GetUtcNow() });
        await using var reader = await query.ExecuteReaderAsync(cancellationToken);
        var thumbprints = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
        {
            thumbprints.Add(reader.GetString(0));
        }

        return thumbprints;
    }
}
