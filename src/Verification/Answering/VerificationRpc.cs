using DataHub.Contracts;
using DataHub.Kernel.Access;
using DataHub.V1;
using DataHub.Verification.Cases;
using Grpc.Core;

namespace DataHub.Verification.Answering;

/// <summary>The wire side of verification.</summary>
internal sealed class VerificationRpc(VerificationDesk desk, CaseReconciler cases) : VerificationService.VerificationServiceBase
{
    [AllowRoles(SystemRole.Consumer)]
    public override Task<VerifyReply> Verify(VerifyRequest request, ServerCallContext context) =>
        desk.AnswerAsync(context.Caller(), request, context.Notes(), context.CancellationToken);

    [AllowRoles(SystemRole.Consumer)]
    public override Task<ReconcileCasesReply> ReconcileCases(ReconcileCasesRequest request, ServerCallContext context) =>
        cases.ReconcileAsync(context.Caller(), request, context.Notes(), context.CancellationToken);

    [AllowRoles(SystemRole.Auditor, SystemRole.SecurityAdministrator)]
    public override Task<ListReconciliationsReply> ListReconciliations(ListReconciliationsRequest request, ServerCallContext context) =>
        cases.ListAsync(request, context.CancellationToken);
}
