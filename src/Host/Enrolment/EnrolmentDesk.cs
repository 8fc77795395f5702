using System.Net;
using DataHub.Crypto.Certificates;
using DataHub.EventStore;
using DataHub.EventStore.Postgres;
using DataHub.EventStore.Streams;
using DataHub.Host.Access;
using DataHub.Host.Keys;
using DataHub.Kernel.Alerts;
using DataHub.Kernel.Faults;
using Npgsql;

namespace DataHub.Host.Enrolment;

/// <summary>
/// Exchanges a token for a certificate. The use of the token, the certificate in the register and the event are one transaction: of many at once with one token, one gets a certificate, and whoever
/// lost the answer gets the same again.
/// </summary>
internal sealed class EnrolmentDesk(IEventStore events, AccountRegister register, HubKeys keys, TokenGuesses guesses, IAlerts alerts, TimeProvider time)
{
    /// <summary>How long a repetition for the same key gets the same certificate.</summary>
    public static readonly TimeSpan RepeatTime = TimeSpan.FromMinutes(10);

    /// <summary>Enrols.</summary>
    /// <exception cref="FaultException">
    /// <c>ENROLMENT_GUESSING</c>, <c>DER_REFUSED</c>, <c>CERTIFICATE_REQUEST_INVALID</c>, <c>ENROLMENT_TOKEN_UNKNOWN</c>, <c>ENROLMENT_TOKEN_EXPIRED</c>, <c>ENROLMENT_TOKEN_USED</c>,
    /// <c>ACCOUNT_SUSPENDED</c>, <c>ACCOUNT_CLOSED</c>, and those of the event store.
    /// </exception>
    public async Task<IssuedChain> EnrolAsync(string token, ReadOnlyMemory<byte> pkcs10, IPAddress? address, CancellationToken cancellationToken)
    {
        if (guesses.ShutOutFor(address) is { Ticks: > 0 } left)
        {
            throw EnrolmentFaults.Guessing(left);
        }

        var key = RequestedKey.DigestOf(pkcs10.Span);
        if (EnrolmentToken.HashOf(token) is not { } hash)
        {
            throw await WrongAsync(EnrolmentFaults.TokenUnknown(), address);
        }

        var (issued, known) = await ExchangeAsync(hash, key, pkcs10, cancellationToken);
        if (issued is not null)
        {
            await register.AnnounceAsync();
            return issued;
        }

        return known is null ? throw await WrongAsync(EnrolmentFaults.TokenUnknown(), address)
            : known.UsedAt is null ? throw await WrongAsync(EnrolmentFaults.TokenExpired(), address)
            : await RepeatAsync(known, key, address);
    }

    // One connection for all of it: many who wait for one token must not keep the one they wait for from a second connection.
    private async Task<(IssuedChain? Issued, KnownToken? Known)> ExchangeAsync(byte[] hash, byte[] key, ReadOnlyMemory<byte> pkcs10, CancellationToken cancellationToken)
    {
        await using var transaction = await events.BeginAsync(cancellationToken);
        if (await UseAsync(transaction, hash, key, cancellationToken) is not { } account)
        {
            return (null, await PostgresFaults.GuardAsync(() => ReadAsync(transaction, hash, cancellationToken)));
        }

        var issued = await IssueAsync(transaction, account, pkcs10, hash, cancellationToken);
        await transaction.CommitAsync();
        return (issued, null);
    }

    private async Task<IssuedChain> IssueAsync(EventTransaction transaction, string id, ReadOnlyMemory<byte> pkcs10, byte[] hash, CancellationToken cancellationToken)
    {
        var organisation = await PostgresFaults.GuardAsync(() => OrganisationOfAsync(transaction, id, cancellationToken)) ?? throw EnrolmentFaults.OutsideAuthority(id);
        var chain = keys.Certify(pkcs10.Span, new TlsIdentity(id, organisation));
        await register.RecordCertificateAsync(transaction, id, CertificateFacts.Of(chain[0]), id, cancellationToken);
        await using var keep = new NpgsqlCommand(EnrolmentSql.KeepAnswer, transaction.Connection)
        {
            Parameters = { new NpgsqlParameter<byte[]> { TypedValue = hash }, new NpgsqlParameter<byte[]> { TypedValue = chain[0].RawData } },
        };
        await PostgresFaults.GuardAsync(() => keep.ExecuteNonQueryAsync(cancellationToken));
        return IssuedChain.Of(id, chain);
    }

    private static async Task<string?> OrganisationOfAsync(EventTransaction transaction, string id, CancellationToken cancellationToken)
    {
        await using var query = new NpgsqlCommand(EnrolmentSql.OrganisationOfOwn, transaction.Connection) { Parameters = { new NpgsqlParameter<string> { TypedValue = id } } };
        return (string?)await query.ExecuteScalarAsync(cancellationToken);
    }

    private async Task<string?> UseAsync(EventTransaction transaction, byte[] hash, byte[] key, CancellationToken cancellationToken)
    {
        await using var use = new NpgsqlCommand(EnrolmentSql.UseToken, transaction.Connection)
        {
            Parameters =
            {
                new NpgsqlParameter<byte[]> { TypedValue = hash },
                new NpgsqlParameter<DateTimeOffset> { TypedValue = time.GetUtcNow() },
                new NpgsqlParameter<byte[]> { TypedValue = key },
            },
        };
        return (string?)await PostgresFaults.GuardAsync(() => use.ExecuteScalarAsync(cancellationToken));
    }

    private async Task<IssuedChain> RepeatAsync(KnownToken known, byte[] key, IPAddress? address)
    {
        var isSameKey = known.KeyDigest is { } usedFor && usedFor.AsSpan().SequenceEqual(key);
        if (isSameKey && known.Certificate is { } certificate && time.GetUtcNow() - known.UsedAt <= RepeatTime)
        {
            return new IssuedChain(known.Account, [certificate, .. keys.Authorities.TlsBetween.Select(between => between.RawData)]);
        }

        if (known.KeyDigest is not null)
        {
            // Somebody has a token that was used already: one of the two is not whom it was meant for.
            var detail = $"A token that had been used was shown again, with {(isSameKey ? "the same key, but too late" : "another key")}.";
            await alerts.RaiseAsync(new Alert("ENROLMENT_TOKEN_REUSED", AlertLevel.Critical, known.Account, detail), CancellationToken.None);
        }

        throw await WrongAsync(EnrolmentFaults.TokenUsed(), address);
    }

    private async Task<FaultException> WrongAsync(FaultException fault, IPAddress? address)
    {
        if (guesses.Count(address))
        {
            await alerts.RaiseAsync(new Alert("ENROLMENT_GUESSING", AlertLevel.Warning, "", $"{TokenGuesses.Most} wrong enrolment tokens came from {address} within ten minutes; it is shut out for the rest of them."), CancellationToken.None);
        }

        return fault;
    }

    private static async Task<KnownToken?> ReadAsync(EventTransaction transaction, byte[] hash, CancellationToken cancellationToken)
    {
        await using var query = new NpgsqlCommand(EnrolmentSql.Token, transaction.Connection) { Parameters = { new NpgsqlParameter<byte[]> { TypedValue = hash } } };
        await using var row = await query.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken)
            ? new KnownToken(
                row.GetString(0),
                row.IsDBNull(2) ? null : row.GetFieldValue<DateTimeOffset>(2),
                row.IsDBNull(3) ? null : row.GetFieldValue<byte[]>(3),
                row.IsDBNull(4) ? null : row.GetFieldValue<byte[]>(4))
            : null;
    }

    private sealed record KnownToken(string Account, DateTimeOffset? UsedAt, byte[]? KeyDigest, byte[]? Certificate);
}
