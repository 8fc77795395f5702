using DataHub.Kernel.Faults;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Status = Google.Rpc.Status;

namespace DataHub.Host.Errors;

/// <summary>A refusal as gRPC carries it: status, and google.rpc.Status details (ErrorInfo always, BadRequest and RetryInfo where they say something).</summary>
internal static class FaultStatus
{
    private const string Domain = "datahub";
    private const string DetailsTrailer = "grpc-status-details-bin";

    public static RpcException Of(FaultException fault)
    {
        var code = CodeOf(fault.Kind);
        var status = new Status { Code = (int)code, Message = fault.Message };
        status.Details.Add(Any.Pack(new ErrorInfo { Reason = fault.Code, Domain = Domain }));
        if (fault.Field is { } field)
        {
            var violation = new BadRequest.Types.FieldViolation { Field = field, Description = fault.Message, Reason = fault.Code };
            status.Details.Add(Any.Pack(new BadRequest { FieldViolations = { violation } }));
        }

        if (fault.RetryAfter is { } delay)
        {
            status.Details.Add(Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(delay) }));
        }

        return new RpcException(new Grpc.Core.Status(code, fault.Message), new Metadata { { DetailsTrailer, status.ToByteArray() } });
    }

    private static StatusCode CodeOf(FaultKind kind) => kind switch
    {
        FaultKind.Malformed => StatusCode.InvalidArgument,
        FaultKind.Unknown => StatusCode.NotFound,
        FaultKind.Exists => StatusCode.AlreadyExists,
        FaultKind.WrongState => StatusCode.FailedPrecondition,
        FaultKind.Conflict => StatusCode.Aborted,
        FaultKind.Denied => StatusCode.PermissionDenied,
        FaultKind.Unauthenticated => StatusCode.Unauthenticated,
        FaultKind.OverQuota => StatusCode.ResourceExhausted,
        FaultKind.Unavailable => StatusCode.Unavailable,
        _ => StatusCode.Internal,
    };
}
