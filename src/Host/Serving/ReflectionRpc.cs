using DataHub.Kernel.Access;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Reflection.V1;
using static Grpc.Reflection.V1.ServerReflectionRequest;

namespace DataHub.Host.Serving;

/// <summary>Tells clients that have no protos what the hub offers. For any system with a certificate, and only where it is switched on.</summary>
internal sealed class ReflectionRpc(DescribedServices services) : ServerReflection.ServerReflectionBase
{
    [AllowRoles]
    public override async Task ServerReflectionInfo(
        IAsyncStreamReader<ServerReflectionRequest> requestStream, IServerStreamWriter<ServerReflectionResponse> responseStream, ServerCallContext context)
    {
        await foreach (var request in requestStream.ReadAllAsync(context.CancellationToken))
        {
            var response = Answer(request);
            response.ValidHost = request.Host;
            response.OriginalRequest = request;
            await responseStream.WriteAsync(response, context.CancellationToken);
        }
    }

    private ServerReflectionResponse Answer(ServerReflectionRequest request) => request.MessageRequestCase switch
    {
        MessageRequestOneofCase.ListServices => new() { ListServicesResponse = new() { Service = { services.Names.Select(name => new ServiceResponse { Name = name }) } } },
        MessageRequestOneofCase.FileByFilename => FileAnswer(services.File(request.FileByFilename)),
        MessageRequestOneofCase.FileContainingSymbol => FileAnswer(services.FileOf(request.FileContainingSymbol)),

        // The hub's protos are proto3, which has no extensions.
        MessageRequestOneofCase.FileContainingExtension => Refusal(StatusCode.NotFound, "There are no extensions."),
        MessageRequestOneofCase.AllExtensionNumbersOfType => services.FileOf(request.AllExtensionNumbersOfType) is null
            ? Refusal(StatusCode.NotFound, "No such type.")
            : new() { AllExtensionNumbersResponse = new() { BaseTypeName = request.AllExtensionNumbersOfType } },
        _ => Refusal(StatusCode.InvalidArgument, "The request asks nothing."),
    };

    private static ServerReflectionResponse FileAnswer(FileDescriptor? file) => file is null
        ? Refusal(StatusCode.NotFound, "No such file or symbol.")
        : new() { FileDescriptorResponse = new() { FileDescriptorProto = { DescribedServices.WithImports(file).Select(each => each.SerializedData) } } };

    private static ServerReflectionResponse Refusal(StatusCode code, string message) =>
        new() { ErrorResponse = new() { ErrorCode = (int)code, ErrorMessage = message } };
}
