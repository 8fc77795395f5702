namespace DataHub.Interop.Tests;

/// <summary>@grpc/grpc-js as the client of our server.</summary>
public sealed class GrpcJsClientTests(OurServers servers) : IClassFixture<OurServers>
{
    [Theory]
    [MemberData(nameof(InteropCases.WithoutCompression), MemberType = typeof(InteropCases))]
    public Task Case_RunByGrpcJs_Passes(string name, bool tls) =>
        ForeignProcess.RunAsync(ForeignProcess.Node("cases.js", [ForeignProcess.Protos, name, .. servers.Target(tls)]));
}
