using DataHub.Contracts;
using DataHub.Crypto.Sealing;
using DataHub.Kernel.Access;
using DataHub.Kernel.Faults;
using DataHub.Kernel.Time;
using DataHub.V1;
using DataHub.Verification.Asking;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace DataHub.Verification.Brakes;

/// <summary>The wire side of the traps.</summary>
internal sealed class BrakesRpc(HoneyRegister honey, KeyRing keys, TimeProvider time) : BrakesService.BrakesServiceBase
{
    private const int MaxNote = 200;

    [AllowRoles(SystemRole.SecurityAdministrator)]
    public override async Task<MarkHoneyReply> MarkHoney(MarkHoneyRequest request, ServerCallContext context)
    {
        var subject = AskedSubject.Of(request.Subject, keys.Pseudonyms, CivilTime.Today(time)).Pseudonym;
        context.Notes().Subject = subject;
        await honey.MarkAsync(subject, Require.Text(request.Note, "note", MaxNote), context.Caller().SystemId, context.CancellationToken);
        return new MarkHoneyReply { Pseudonym = subject };
    }

    [AllowRoles(SystemRole.SecurityAdministrator)]
    public override async Task<UnmarkHoneyReply> UnmarkHoney(UnmarkHoneyRequest request, ServerCallContext context)
    {
        var subject = Require.Text(request.Pseudonym, "pseudonym", Pseudonyms.Length);
        context.Notes().Subject = subject;
        await honey.UnmarkAsync(subject, context.CancellationToken);
        return new UnmarkHoneyReply();
    }

    [AllowRoles(SystemRole.SecurityAdministrator)]
    public override async Task<ListHoneyReply> ListHoney(ListHoneyRequest request, ServerCallContext context)
    {
        var marked = await honey.ListAsync(context.CancellationToken);
        return new ListHoneyReply
        {
            Traps =
            {
                marked.Select(trap => new Honey { Pseudonym = trap.Pseudonym, Note = trap.Note, MarkedBy = trap.MarkedBy, MarkedAt = Timestamp.FromDateTimeOffset(trap.MarkedAt) }),
            },
        };
    }
}
