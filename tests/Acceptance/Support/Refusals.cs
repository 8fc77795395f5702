using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;

namespace DataHub.Acceptance.Tests.Support;

/// <summary>What a client sees of a refusal: the status, and the details of <c>grpc-status-details-bin</c>.</summary>
internal sealed record Refusal(StatusCode Code, string Reason, string? Field, string Text)
{
    public static async Task<Refusal> OfAsync<T>(AsyncUnaryCall<T> call)
    {
        var e = await Assert.ThrowsAsync<RpcException>(async () => await call.ResponseAsync);
        return Of(e);
    }

    public static Refusal Of(RpcException e)
    {
        var bytes = e.Trailers.GetValueBytes("grpc-status-details-bin");
        Assert.True(bytes is not null, $"No details came with {e.Status}.");
        var details = Google.Rpc.Status.Parser.ParseFrom(bytes);
        Assert.Equal((int)e.StatusCode, details.Code);
        var info = Unpack<ErrorInfo>(details);
        Assert.Equal("datahub", info?.Domain);
        return new Refusal(e.StatusCode, info!.Reason, Unpack<BadRequest>(details)?.FieldViolations.Single().Field, e.Status.Detail + details);
    }

    private static T? Unpack<T>(Google.Rpc.Status details)
        where T : class, IMessage<T>, new() =>
        details.Details.SingleOrDefault(any => any.Is(new T().Descriptor))?.Unpack<T>();
}
