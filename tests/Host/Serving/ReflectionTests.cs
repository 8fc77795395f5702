using DataHub.Host.Tests.Support;
using DataHub.TestKit;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Reflection.V1;
using Grpc.Tests.Support;

namespace DataHub.Host.Tests.Serving;

/// <summary>grpc.reflection.v1, off unless asked for.</summary>
public sealed class ReflectionTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reflection_NotConfigured_IsUnimplemented()
    {
        await using var database = await postgres.CloneAsync();
        await using var server = await ServingServer.StartAsync(database);

        var failure = await Wait.FailureAsync(() => AskAsync(server, new ServerReflectionRequest { ListServices = "" }));

        Assert.Equal(StatusCode.Unimplemented, failure.StatusCode);
    }

    [Fact]
    public async Task ListServices_NamesEveryMappedService()
    {
        var response = await AskAsync(new ServerReflectionRequest { Host = "h", ListServices = "" });

        Assert.Equal(["grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection"], response.ListServicesResponse.Service.Select(service => service.Name));
        Assert.Equal(("h", "h"), (response.ValidHost, response.OriginalRequest.Host));
    }

    [Theory]
    [InlineData("grpc.health.v1.Health")]
    [InlineData("grpc.health.v1.Health.Watch")]
    [InlineData("grpc.health.v1.HealthCheckRequest")]
    [InlineData("grpc.health.v1.HealthCheckRequest.service")]
    [InlineData("grpc.health.v1.HealthCheckResponse.ServingStatus")]
    public async Task Symbol_OfEveryKind_LeadsToItsFile(string symbol)
    {
        var response = await AskAsync(new ServerReflectionRequest { FileContainingSymbol = symbol });

        var files = FileDescriptor.BuildFromByteStrings(response.FileDescriptorResponse.FileDescriptorProto);
        Assert.Contains("Health", files[^1].Services.Select(service => service.Name));
    }

    [Fact]
    public async Task File_ByItsName_IsFound()
    {
        var response = await AskAsync(new ServerReflectionRequest { FileByFilename = "grpc/reflection/v1/reflection.proto" });

        Assert.Equal("grpc/reflection/v1/reflection.proto", FileDescriptor.BuildFromByteStrings(response.FileDescriptorResponse.FileDescriptorProto)[^1].Name);
    }

    [Fact]
    public async Task Request_ForWhatIsNotThere_IsAnsweredNotFoundAndTheStreamGoesOn()
    {
        await using var database = await postgres.CloneAsync();
        await using var server = await ServingServer.StartAsync(database, ("Grpc:Reflection", "true"));
        using var call = new ServerReflection.ServerReflectionClient(server.Channel).ServerReflectionInfo(cancellationToken: Token);
        ServerReflectionRequest[] requests =
        [
            new() { FileByFilename = "../../etc/passwd" }, new() { FileContainingSymbol = "no.such.Symbol" }, new() { AllExtensionNumbersOfType = "no.such.Type" },
            new() { FileContainingExtension = new ExtensionRequest { ContainingType = "grpc.health.v1.HealthCheckRequest", ExtensionNumber = 1 } },
        ];
        foreach (var request in requests)
        {
            await call.RequestStream.WriteAsync(request, Token);
            Assert.True(await call.ResponseStream.MoveNext(Token).SoonAsync());
            Assert.Equal((int)StatusCode.NotFound, call.ResponseStream.Current.ErrorResponse.ErrorCode);
        }
    }

    private async Task<ServerReflectionResponse> AskAsync(ServerReflectionRequest request)
    {
        await using var database = await postgres.CloneAsync();
        await using var server = await ServingServer.StartAsync(database, ("Grpc:Reflection", "true"));
        return await AskAsync(server, request);
    }

    private static async Task<ServerReflectionResponse> AskAsync(ServingServer server, ServerReflectionRequest request)
    {
        using var call = new ServerReflection.ServerReflectionClient(server.Channel).ServerReflectionInfo(cancellationToken: Token);
        await Record.ExceptionAsync(() => call.RequestStream.WriteAsync(request, Token));
        Assert.True(await call.ResponseStream.MoveNext(Token).SoonAsync());
        return call.ResponseStream.Current;
    }
}
