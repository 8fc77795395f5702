using DataHub.Contracts;
using DataHub.Crypto.Sealing;
using DataHub.Kernel.Access;
using DataHub.Kernel.Time;
using DataHub.Ledger.Search;
using DataHub.V1;
using DataHub.Verification.Asking;
using Grpc.Core;

namespace DataHub.Host.Ledgering;

/// <summary>The wire side of the ledger. What is asked here is recorded like everything else, by <see cref="CallRecorder"/>, with what it was about.</summary>
internal sealed class AuditRpc(LedgerProofs proofs, LedgerSearch search, CitizenTrace trace, ExportStream export, KeyRing ring, TimeProvider time) : AuditService.AuditServiceBase
{
    [AllowRoles]
    public override async Task<GetHeadReply> GetHead(GetHeadRequest request, ServerCallContext context) =>
        AuditWire.ToMessage(await proofs.HeadAsync(request.HasOldSize ? request.OldSize : null, context.CancellationToken));

    [AllowRoles]
    public override async Task<GetInclusionReply> GetInclusion(GetInclusionRequest request, ServerCallContext context)
    {
        var isAuditor = context.Caller().Roles.Contains(SystemRole.Auditor);
        long? size = request.HasSize ? request.Size : null;
        context.Notes().Target = request.WhatCase is GetInclusionRequest.WhatOneofCase.Entry ? $"leaf {request.Entry.LeafId}/{request.Entry.Ordinal}" : $"event {request.EventSequence}";
        switch (request.WhatCase)
        {
            case GetInclusionRequest.WhatOneofCase.Entry:
                var proof = await proofs.EntryAsync(request.Entry.LeafId, request.Entry.Ordinal, size, context.CancellationToken);
                return isAuditor || proof.InLeaf?.Entry?.Organisation == context.Caller().Organisation ? AuditWire.ToMessage(proof) : throw AuditFaults.NotYours();
            case GetInclusionRequest.WhatOneofCase.EventSequence:
                return isAuditor ? AuditWire.ToMessage(await proofs.EventAsync(request.EventSequence, size, context.CancellationToken)) : throw AuditFaults.NotYours();
            default:
                throw AuditFaults.NothingAsked();
        }
    }

    [AllowRoles(SystemRole.Auditor)]
    public override async Task<SearchLedgerReply> Search(SearchLedgerRequest request, ServerCallContext context)
    {
        var (notes, query) = (context.Notes(), AuditWire.ToQuery(request));
        (notes.Subject, notes.CaseNo, notes.Target) = (query.Subject, query.CaseNo, TargetOf(query));
        var found = await search.FindAsync(query, context.CancellationToken);
        return new SearchLedgerReply { Entries = { found.Select(AuditWire.ToMessage) }, NextPageToken = Paging.Next(found, query.MaxRows) };
    }

    [AllowRoles(SystemRole.Auditor)]
    public override async Task<TraceReply> Trace(TraceRequest request, ServerCallContext context)
    {
        var subject = AskedSubject.Of(request.Subject, ring.Pseudonyms, CivilTime.Today(time)).Pseudonym;
        context.Notes().Subject = subject;
        var query = new LedgerQuery
        {
            Subject = subject,
            From = request.From.ToInstant("from"),
            To = request.To.ToInstant("to"),
            After = Paging.Read(request.PageToken),
            MaxRows = Paging.Size(request.PageSize),
        };
        var (shown, read) = await trace.FindAsync(query, context.CancellationToken);
        return new TraceReply { Uses = { shown.Select(AuditWire.ToMessage) }, NextPageToken = Paging.Next(read, query.MaxRows) };
    }

    [AllowRoles(SystemRole.Auditor)]
    public override Task Export(ExportLedgerRequest request, IServerStreamWriter<ExportedPart> responseStream, ServerCallContext context)
    {
        context.Notes().Target = request.WithEvents ? "ledger and events" : "ledger";
        return export.WriteAsync(request.WithEvents, responseStream, context.CancellationToken);
    }

    private static string TargetOf(LedgerQuery query) => string.Join(", ", new (string Name, object? Value)[]
    {
        ("account", query.Account), ("organisation", query.Organisation), ("method", query.Method), ("outcome", query.Outcome), ("from", query.From?.UtcDateTime.ToString("O")), ("to", query.To?.UtcDateTime.ToString("O")),
    }.Where(given => given.Value is not null).Select(given => $"{given.Name} {given.Value}"));
}
