using DataHub.Acceptance.Tests.Support;
using DataHub.Kernel.Access;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Grpc.Reflection.V1;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace DataHub.Acceptance.Tests;

/// <summary>What a hub says of itself over its own port.</summary>
[Collection(TownHubCollection.Name)]
public sealed class ServingTests(TownHub hub)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("")]
    [InlineData("datahub.v1.VerificationService")]
    public async Task Health_OfARunningHub_IsServingToAnySystem(string service)
    {
        using var channel = await ConnectAsync();

        var response = await new Health.HealthClient(channel).CheckAsync(new HealthCheckRequest { Service = service }, cancellationToken: Token);

        Assert.Equal(ServingStatus.Serving, response.Status);
    }

    [Fact]
    public async Task Health_OfAnUnknownService_IsNotFound()
    {
        using var channel = await ConnectAsync();

        var refusal = await Refusal.OfAsync(new Health.HealthClient(channel).CheckAsync(new HealthCheckRequest { Service = "datahub.v1.Nothing" }, cancellationToken: Token));

        Assert.Equal((StatusCode.NotFound, "SERVICE_UNKNOWN"), (refusal.Code, refusal.Reason));
    }

    [Fact]
    public async Task Reflection_OfAHubNotConfiguredForIt_IsUnimplemented()
    {
        using var channel = await ConnectAsync();
        using var call = new ServerReflection.ServerReflectionClient(channel).ServerReflectionInfo(cancellationToken: Token);

        var failure = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(Token));

        Assert.Equal(StatusCode.Unimplemented, failure.StatusCode);
    }

    private async Task<GrpcChannel> ConnectAsync()
    {
        var credential = await hub.Testers.InRoleAsync(SystemRole.Provider);
        return hub.Connect(credential.Certificate);
    }
}
