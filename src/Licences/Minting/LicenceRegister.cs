using DataHub.Crypto.Certificates;
using DataHub.Crypto.Sealing;
using DataHub.Crypto.Signing;
using DataHub.EventStore;
using DataHub.EventStore.Streams;
using DataHub.Kernel;
using DataHub.Kernel.Access;
using DataHub.Kernel.Faults;
using DataHub.Kernel.Time;
using DataHub.Licences.Documents;
using DataHub.Licences.Types;
using DataHub.V1;

namespace DataHub.Licences.Minting;

/// <summary>A licence that was minted, now or before.</summary>
internal sealed record MintedLicence(string Id, SignedPaper Paper, IReadOnlyList<byte[]> Chain, bool Repeated);

/// <summary>Mints and revokes licences, each in a stream of its own.</summary>
internal sealed class LicenceRegister(
    IEventStore events, LicenceTypes types, ISignerDirectory signers, PaperSafe safe, KeyRing keys, HubName hub, TimeProvider time)
{
    private const string StreamType = "licence";

    /// <summary>Mints a licence, or finds it again when the same one was minted before. Signing happens outside any transaction.</summary>
    /// <exception cref="FaultException">A field that is wrong, an unknown type, no key of this issuer, the same serial with other content.</exception>
    public async Task<MintedLicence> MintAsync(Caller caller, MintRequest request, CancellationToken cancellationToken)
    {
        var type = types[Require.Text(request.TypeCode, "type_code", maxLength: 21)];
        var signer = signers.Find(caller.Organisation) ?? throw LicenceFaults.NoSigner(caller.Organisation);
        var issuerName = LicenceCertificate.Parse(signer.CertificateChain[0]).Authority ?? caller.Organisation;
        var order = MintOrder.Of(request, type, caller.Organisation, issuerName, CivilTime.Today(time));

        var document = LicencePaper.Write(order.Content);
        if (await FindAsync(order.Content.LicenceId, cancellationToken) is { } earlier)
        {
            return await RepeatAsync(earlier, document, cancellationToken);
        }

        var paper = new SignedPaper(document, signer.Sign(document));
        try
        {
            return await StoreAsync(caller, order, paper, signer, cancellationToken);
        }
        catch (FaultException fault) when (fault.Code == "STREAM_CONFLICT")
        {
            // A twin of this request was faster.
            var twin = await FindAsync(order.Content.LicenceId, cancellationToken)
                ?? throw new InvalidOperationException("A licence that stood in the way of this one is gone.", fault);
            return await RepeatAsync(twin, document, cancellationToken);
        }
    }

    /// <summary>Revokes a licence for good.</summary>
    /// <exception cref="FaultException">Unknown, another authority's, no longer valid, or changed by somebody else meanwhile.</exception>
    public async Task<LicenceStatus> RevokeAsync(Caller caller, string id, string reason, string basis, CancellationToken cancellationToken)
    {
        var stream = await events.ReadAsync(StreamOf(id), toVersion: null, asOf: null, cancellationToken);
        var licence = LicenceOf(stream) ?? throw LicenceFaults.Unknown(id);
        licence.RequireRevocable(caller.Organisation, CivilTime.Today(time));

        var key = await safe.KeyOfAsync(licence, cancellationToken) ?? throw LicenceFaults.Erased(id);
        var act = new Act(caller.SystemId, caller.Organisation, basis, time.GetUtcNow());
        var revoked = new LicenceRevoked(PaperSafe.CloseReason(key, StreamOf(id), reason), act);
        await events.AppendAsync([EventOf(id, stream.Version, revoked)], idempotencyKey: null, requestDigest: null, cancellationToken);
        return StatusOf(licence with { Revoked = revoked }, reason);
    }

    /// <summary>A licence by its identifier; null when it was not minted here.</summary>
    public async Task<Licence?> FindAsync(string id, CancellationToken cancellationToken) =>
        LicenceOf(await events.ReadAsync(StreamOf(id), toVersion: null, asOf: null, cancellationToken));

    /// <summary>State of a licence now, with the reason of its end where that can still be opened.</summary>
    public async Task<LicenceStatus> StatusOfAsync(Licence licence, CancellationToken cancellationToken)
    {
        var key = licence.Revoked is null ? null : await safe.KeyOfAsync(licence, cancellationToken);
        return StatusOf(licence, key is null ? "" : PaperSafe.OpenReason(key, StreamOf(licence.Id), licence.Revoked!));
    }

    /// <summary>The document as it was minted; null when its keys were destroyed.</summary>
    public async Task<byte[]?> DocumentOfAsync(Licence licence, CancellationToken cancellationToken) =>
        await safe.KeyOfAsync(licence, cancellationToken) is { } key ? PaperSafe.Open(key, StreamOf(licence.Id), licence).Document : null;

    private async Task<MintedLicence> StoreAsync(Caller caller, MintOrder order, SignedPaper paper, ISigner signer, CancellationToken cancellationToken)
    {
        var id = order.Content.LicenceId;
        var holder = keys.Pseudonyms.OfSubject(order.HolderKind, order.Content.HolderCode);
        var chain = signer.CertificateChain.Select(certificate => certificate.ToArray()).ToList();
        await using var transaction = await events.BeginAsync(cancellationToken);
        var key = await safe.KeyForAsync(transaction, holder, order.HolderIsNatural, cancellationToken);
        var minted = new LicenceMinted(
            id,
            holder,
            order.Content.ValidFrom,
            order.Content.ValidTo,
            PaperSafe.Close(key, StreamOf(id), paper),
            chain,
            new Act(caller.SystemId, caller.Organisation, "", time.GetUtcNow()));
        await transaction.AppendAsync([EventOf(id, expectedVersion: 0, minted)], cancellationToken);
        await transaction.CommitAsync();
        return new MintedLicence(id, paper, chain, Repeated: false);
    }

    // SM2 signatures differ each time; the first one stands, and the documents decide whether this is the same licence.
    private async Task<MintedLicence> RepeatAsync(Licence earlier, byte[] document, CancellationToken cancellationToken)
    {
        var key = await safe.KeyOfAsync(earlier, cancellationToken) ?? throw LicenceFaults.Erased(earlier.Id);
        var paper = PaperSafe.Open(key, StreamOf(earlier.Id), earlier);
        return paper.Document.AsSpan().SequenceEqual(document)
            ? new MintedLicence(earlier.Id, paper, earlier.Minted.Chain, Repeated: true)
            : throw LicenceFaults.Exists(earlier.Id);
    }

    private LicenceStatus StatusOf(Licence licence, string reason) => new()
    {
        LicenceId = licence.Id,
        State = licence.StateOn(CivilTime.Today(time)),
        Since = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(licence.Since(CivilTime.Today(time))),
        Reason = reason,
    };

    private string StreamOf(string id) => $"{hub.Value}/licence/{id}";

    private NewEvent EventOf(string id, long expectedVersion, LicenceEvent data) =>
        new() { StreamId = StreamOf(id), StreamType = StreamType, ExpectedVersion = expectedVersion, Data = data };

    private static Licence? LicenceOf(EventStream stream) => Licence.Replay(stream.Events.Select(e => (LicenceEvent)e.Data));
}
