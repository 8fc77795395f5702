using DataHub.Host.Tests.Support;
using DataHub.TestKit;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Tests.Support;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace DataHub.Host.Tests.Serving;

/// <summary>grpc.health.v1 as clients and probes see it.</summary>
public sealed class HealthTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Known = "grpc.health.v1.Health";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("")]
    [InlineData(Known)]
    public async Task Check_OfAHubThatServes_IsServing(string service)
    {
        await using var database = await postgres.CloneAsync();
        await using var server = await ServingServer.StartAsync(database);

        var response = await new Health.HealthClient(server.Channel).CheckAsync(new HealthCheckRequest { Service = service }, cancellationToken: Token);

        Assert.Equal(ServingStatus.Serving, response.Status);
    }

    [Fact]
    public async Task Watch_OfAnUnknownService_SaysSoAndStaysOpenUntilTheHubStops()
    {
        await using var database = await postgres.CloneAsync();
        await using var server = await ServingServer.StartAsync(database);
        using var call = new Health.HealthClient(server.Channel).Watch(new HealthCheckRequest { Service = "no.such.Service" }, cancellationToken: Token);
        await AssertNextAsync(call, ServingStatus.ServiceUnknown);
        var next = call.ResponseStream.MoveNext(Token);
        Assert.False(next.IsCompleted);

        await server.StopAsync().SoonAsync();

        Assert.False(await next.SoonAsync());
    }

    [Fact]
    public async Task Watch_WhileTheDatabaseGoesAndComes_TellsBoth()
    {
        await using var database = await postgres.CloneAsync();
        await using var server = await ServingServer.StartAsync(database);
        using var call = new Health.HealthClient(server.Channel).Watch(new HealthCheckRequest { Service = Known }, cancellationToken: Token);
        await AssertNextAsync(call, ServingStatus.Serving);
        var name = (string)(await database.SuperuserAsync("select current_database()"))!;

        await using (var admin = await OtherDatabaseAsync())
        {
            await admin.SuperuserAsync($"alter database {name} allow_connections false");
            await admin.SuperuserAsync($"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'");
            await AssertNextAsync(call, ServingStatus.NotServing);
            await admin.SuperuserAsync($"alter database {name} allow_connections true");
        }

        await AssertNextAsync(call, ServingStatus.Serving);
    }

    [Fact]
    public async Task Watch_OfAHubThatIsStopped_SaysNotServingAndEnds()
    {
        await using var database = await postgres.CloneAsync();
        await using var server = await ServingServer.StartAsync(database);
        using var call = new Health.HealthClient(server.Channel).Watch(new HealthCheckRequest(), cancellationToken: Token);
        await AssertNextAsync(call, ServingStatus.Serving);

        var stopping = server.StopAsync();
        await AssertNextAsync(call, ServingStatus.NotServing);

        Assert.False(await call.ResponseStream.MoveNext(Token).SoonAsync());
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
        await stopping.SoonAsync();
    }

    private Task<TestDatabase> OtherDatabaseAsync() => postgres.CloneAsync();

    private static async Task AssertNextAsync(AsyncServerStreamingCall<HealthCheckResponse> call, ServingStatus expected)
    {
        Assert.True(await call.ResponseStream.MoveNext(Token).SoonAsync());
        Assert.Equal(expected, call.ResponseStream.Current.Status);
    }
}
