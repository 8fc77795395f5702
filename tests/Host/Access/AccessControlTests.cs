using DataHub.Host.Tests.Support;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Tests.Support;

namespace DataHub.Host.Tests.Access;

/// <summary>The door as those without a certificate find it.</summary>
public sealed class AccessControlTests(HostFixture postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Strangers_MoreThanMayCallAtOnce_AreRefusedUntilOneIsDone()
    {
        await using var database = await postgres.CloneAsync();
        await using var server = await DoorServer.StartAsync(database, mostStrangers: 2);
        var client = new Health.HealthClient(server.Channel);
        AsyncUnaryCall<HealthCheckResponse>[] calls = [client.CheckAsync(new HealthCheckRequest(), cancellationToken: Token), client.CheckAsync(new HealthCheckRequest(), cancellationToken: Token)];
        await Wait.UntilAsync(() => server.Calls.Entered == 2);

        var refused = await Wait.FailureAsync(() => client.CheckAsync(new HealthCheckRequest(), cancellationToken: Token).ResponseAsync);
        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
        Assert.Equal(2, server.Calls.Entered);

        server.Calls.Released.SetResult();
        await Task.WhenAll(calls.Select(call => call.ResponseAsync)).SoonAsync();
        await client.CheckAsync(new HealthCheckRequest(), cancellationToken: Token).ResponseAsync.SoonAsync();
    }

    [Fact]
    public async Task Method_ThatDeclaresNothing_IsClosed()
    {
        await using var database = await postgres.CloneAsync();
        await using var server = await DoorServer.StartAsync(database, mostStrangers: 2);
        using var call = new Health.HealthClient(server.Channel).Watch(new HealthCheckRequest(), cancellationToken: Token);
        var refused = await Wait.FailureAsync(() => call.ResponseStream.MoveNext(Token));
        Assert.Equal(StatusCode.Unauthenticated, refused.StatusCode);
        Assert.Equal(0, server.Calls.Entered);
    }
}
