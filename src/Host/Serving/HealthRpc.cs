using DataHub.Kernel.Access;
using DataHub.Kernel.Faults;
using Grpc.Core;
using Grpc.Health.V1;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace DataHub.Host.Serving;

/// <summary>Health of the hub and of each of its services, which share one database and so one state. For any system with a certificate.</summary>
internal sealed class HealthRpc(ServingState state, DescribedServices services) : Health.HealthBase
{
    [AllowRoles]
    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context) =>
        StatusOf(request.Service) is var status and not ServingStatus.ServiceUnknown
            ? Task.FromResult(new HealthCheckResponse { Status = status })
            : throw new FaultException(FaultKind.Unknown, "SERVICE_UNKNOWN", "The hub has no service of this name.");

    /// <summary>Ends when the hub is being stopped, so that it need not wait for those who watch.</summary>
    [AllowRoles]
    public override async Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        var told = ServingStatus.Unknown;
        while (true)
        {
            var changed = state.Changed;
            var isLast = state.IsDraining;
            if (StatusOf(request.Service) is var status && status != told)
            {
                await responseStream.WriteAsync(new HealthCheckResponse { Status = status }, context.CancellationToken);
                told = status;
            }

            if (isLast)
            {
                return;
            }

            await changed.WaitAsync(context.CancellationToken);
        }
    }

    private ServingStatus StatusOf(string service) =>
        service.Length > 0 && !services.Has(service) ? ServingStatus.ServiceUnknown
        : state.IsServing ? ServingStatus.Serving
        : ServingStatus.NotServing;
}
