using DataHub.Contracts;
using DataHub.Kernel.Access;
using DataHub.V1;
using Grpc.Core;

namespace DataHub.Verification.Answering;

/// <summary>The wire side of verification.</summary>
internal sealed class VerificationRpc(VerificationDesk desk) : VerificationService.VerificationServiceBase
{
    [AllowRoles(SystemRole.Consumer)]
    public override Task<VerifyReply> Verify(VerifyRequest request, ServerCallContext context) =>
        desk.AnswerAsync(context.Caller(), request, context.CancellationToken);
}
