using DataHub.EventStore;
using DataHub.EventStore.Postgres;
using DataHub.EventStore.Streams;
using DataHub.Host.Storage;
using DataHub.Kernel.Faults;
using Npgsql;

namespace DataHub.Host.Access;

/// <summary>Accounts and their certificates, for whoever issues, renews and revokes.</summary>
public sealed class AccountRegister
{
    private readonly IEventStore _events;
    private readonly PostgresDataSources _sources;
    private readonly AccessStreams _streams;
    private readonly AccessNews _news;
    private readonly TimeProvider _time;

    internal AccountRegister(IEventStore events, PostgresDataSources sources, AccessStreams streams, AccessNews news, TimeProvider time)
    {
        _events = events;
        _sources = sources;
        _streams = streams;
        _news = news;
        _time = time;
    }

    /// <summary>An account by its id; null where there is none.</summary>
    /// <param name="id">Id of the account.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<Account?> FindAsync(string id, CancellationToken cancellationToken)
    {
        await using var query = _sources.Hub.CreateCommand(AccessSql.Accounts);
        query.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [id] });
        var found = await PostgresFaults.GuardAsync(() => AccessRows.ReadAsync(query, AccessRows.Account, cancellationToken));
        return found.SingleOrDefault()?.State;
    }

    /// <summary>Certificates of an account that were neither revoked nor have expired, newest first.</summary>
    /// <param name="id">Id of the account.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<IReadOnlyList<CertificateFacts>> CertificatesOfAsync(string id, CancellationToken cancellationToken)
    {
        await using var query = _sources.Hub.CreateCommand(AccessSql.CertificatesInForce);
        query.Parameters.Add(new NpgsqlParameter<string> { TypedValue = id });
        query.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = _time.GetUtcNow() });
        return await PostgresFaults.GuardAsync(() => AccessRows.ReadAsync(
            query,
            row => new CertificateFacts(row.GetString(0), row.GetString(1), row.GetString(2), row.GetFieldValue<DateTimeOffset>(3), row.GetFieldValue<DateTimeOffset>(4)),
            cancellationToken));
    }

    /// <summary>Records a certificate that was issued; from then on, and on every node within a second, its bearer is the account.</summary>
    /// <param name="id">Id of the account.</param>
    /// <param name="certificate">The certificate.</param>
    /// <param name="by">Account that asked for it; <see cref="AccessAct.Folder"/> for whoever holds the data folder.</param>
    /// <param name="cancellationToken">Stops before the commit.</param>
    /// <exception cref="FaultException"><c>ACCOUNT_UNKNOWN</c>, <c>ACCOUNT_SUSPENDED</c>, <c>ACCOUNT_CLOSED</c>, and those of the event store.</exception>
    public async Task RecordCertificateAsync(string id, CertificateFacts certificate, string by, CancellationToken cancellationToken)
    {
        await using var transaction = await _events.BeginAsync(cancellationToken);
        await RecordCertificateAsync(transaction, id, certificate, by, cancellationToken);
        await transaction.CommitAsync();
        await AnnounceAsync();
    }

    /// <summary>The same inside a transaction of the caller's, so that the use of a token and the certificate stand or fall together. Call it before other parts of the register are touched in it, and <see cref="AnnounceAsync"/> after its commit.</summary>
    /// <inheritdoc cref="RecordCertificateAsync(string, CertificateFacts, string, CancellationToken)"/>
    public async Task RecordCertificateAsync(EventTransaction transaction, string id, CertificateFacts certificate, string by, CancellationToken cancellationToken)
    {
        var access = await AccessTransaction.TakeTurnAsync(transaction, cancellationToken);
        var account = (await access.AccountsAsync([id], cancellationToken)).GetValueOrDefault(id) ?? throw AccessFaults.AccountUnknown(id, "account_id");
        var issued = account.State.Certify(certificate, new AccessAct(by, _time.GetUtcNow()));
        await access.AppendAsync([_streams.Event(account, issued)], cancellationToken);
    }

    /// <summary>Revokes a certificate; revoking it again changes nothing. Open connections that show it are closed on every node within a second or two.</summary>
    /// <param name="thumbprint">Lower-case hex SHA-256 of its DER.</param>
    /// <param name="reason">Why; names things, never people.</param>
    /// <param name="by">Account that revokes it; <see cref="AccessAct.Folder"/> for whoever holds the data folder.</param>
    /// <param name="cancellationToken">Stops before the commit.</param>
    /// <exception cref="FaultException"><c>CERTIFICATE_UNKNOWN</c>, and those of the event store.</exception>
    public async Task RevokeCertificateAsync(string thumbprint, string reason, string by, CancellationToken cancellationToken)
    {
        await using var transaction = await _events.BeginAsync(cancellationToken);
        var access = await AccessTransaction.TakeTurnAsync(transaction, cancellationToken);
        var (id, isRevoked) = await BearerOfAsync(transaction, thumbprint, cancellationToken);
        if (!isRevoked)
        {
            var account = (await access.AccountsAsync([id], cancellationToken))[id];
            await access.AppendAsync([_streams.Event(account, new CertificateRevoked(thumbprint, reason, new AccessAct(by, _time.GetUtcNow())))], cancellationToken);
            await transaction.CommitAsync();
            await AnnounceAsync();
        }
    }

    /// <summary>To be awaited after the commit of a transaction of the caller's own: returns once this node admits by the new state, or after a second.</summary>
    public Task AnnounceAsync() => _news.TellAsync();

    private static async Task<(string Account, bool IsRevoked)> BearerOfAsync(EventTransaction transaction, string thumbprint, CancellationToken cancellationToken)
    {
        await using var query = new NpgsqlCommand(AccessSql.AccountOfCertificate, transaction.Connection) { Parameters = { new NpgsqlParameter<string> { TypedValue = thumbprint } } };
        var found = await PostgresFaults.GuardAsync(() => AccessRows.ReadAsync(query, row => (row.GetString(0), row.GetBoolean(1)), cancellationToken));
        return found.Count == 1 ? found[0] : throw AccessFaults.CertificateNotIssued(thumbprint);
    }
}
