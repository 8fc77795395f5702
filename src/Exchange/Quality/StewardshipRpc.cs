using DataHub.Kernel.Access;
using DataHub.Kernel.Faults;
using DataHub.V1;
using Grpc.Core;

namespace DataHub.Exchange.Quality;

/// <summary>The wire side of quality reports.</summary>
internal sealed class StewardshipRpc(QualityReports reports) : StewardshipService.StewardshipServiceBase
{
    [AllowRoles(SystemRole.Steward)]
    public override Task<QualityReport> GetQualityReport(QualityReportRequest request, ServerCallContext context)
    {
        var resource = Require.Text(request.Resource, "resource", maxLength: 40);
        Guid? batchId = request.BatchId.Length == 0 ? null
            : Guid.TryParseExact(request.BatchId, "D", out var id) ? id
            : throw Require.Malformed("BATCH_ID", "batch_id", "is not a batch id");
        return reports.ReadAsync(resource, batchId, context.CancellationToken);
    }
}
