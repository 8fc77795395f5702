using Grpc.Core;

namespace DataHub.Bench.Rpc;

/// <summary>Says back what it is told.</summary>
internal sealed class EchoService : Echo.EchoBase
{
    public override Task<EchoMessage> Say(EchoMessage request, ServerCallContext context) => Task.FromResult(request);
}
