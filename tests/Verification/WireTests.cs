using System.Net;
using DataHub.Contracts;
using DataHub.EventStore;
using DataHub.Kernel.Access;
using DataHub.Kernel.Alerts;
using DataHub.Kernel.Resources;
using DataHub.Ledger;
using DataHub.TestKit;
using DataHub.V1;
using DataHub.Verification.Tests.Support;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using static DataHub.Verification.Tests.Support.Requests;

namespace DataHub.Verification.Tests;

/// <summary>The room on a real port, as its door composes it, with its background services running.</summary>
public sealed class WireTests(VerificationFixture postgres) : IAsyncLifetime
{
    private readonly TestAlerts _alerts = new();
    private TestDatabase _database = null!;
    private WebApplication _app = null!;
    private GrpcChannel _channel = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static SubjectId Subject => new() { IdType = "resident_id", Id = Zhang };

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CloneAsync();
        var time = TimeProvider.System; // A hub whose clock is not the database's records nothing.
        var grants = new TestGrants();
        grants.Add(VerificationNode.Organisation, [Grant.Any]);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddSingleton(time).AddSingleton(_database.Keys).AddSingleton(TestSigners.Signers).AddSingleton(new Kernel.HubName("test"));
        builder.Services.AddSingleton<IRecordReader>(new TestRecords { AsOf = time.GetUtcNow() }).AddSingleton<IResourceDirectory>(new HouseDirectory());
        builder.Services.AddSingleton<IGrantBook>(grants).AddSingleton<IAlerts>(_alerts);
        builder.Services.AddEventStore(_database.Endpoint).AddLedger().AddVerification();
        builder.Services.AddGrpc(grpc => grpc.Interceptors.Add<ApprovalCaller>());
        _app = builder.Build();
        _app.MapVerification();
        await _app.StartAsync(Token);
        _channel = GrpcChannel.ForAddress(_app.Urls.Single());
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _app.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Brakes_TrapMarkedAskedAboutAndUnmarked_AlertsMeanwhile()
    {
        var brakes = new BrakesService.BrakesServiceClient(_channel);
        var marked = await brakes.MarkHoneyAsync(new MarkHoneyRequest { Subject = Subject, Note = " nobody's " }, cancellationToken: Token);
        var trap = Assert.Single((await brakes.ListHoneyAsync(new ListHoneyRequest(), cancellationToken: Token)).Traps);
        Assert.Equal((marked.Pseudonym, "nobody's", "approval-1"), (trap.Pseudonym, trap.Note, trap.MarkedBy));

        var reply = await new VerificationService.VerificationServiceClient(_channel).VerifyAsync(Of("r1", Houses.Claim("area", value: "60")), cancellationToken: Token);
        Assert.Equal(Result.NoRecord, reply.Answers[0].Result);
        Assert.Equal(marked.Pseudonym, (await _alerts.NextAsync()).Subject);

        await brakes.UnmarkHoneyAsync(new UnmarkHoneyRequest { Pseudonym = marked.Pseudonym }, cancellationToken: Token);
        Assert.Empty((await brakes.ListHoneyAsync(new ListHoneyRequest(), cancellationToken: Token)).Traps);
    }

    [Fact]
    public async Task Verification_CasesReconciled_AreListed()
    {
        var verification = new VerificationService.VerificationServiceClient(_channel);
        var to = TimeProvider.System.GetUtcNow();
        var request = new ReconcileCasesRequest { From = Timestamp.FromDateTimeOffset(to.AddDays(-31)), To = Timestamp.FromDateTimeOffset(to) };
        request.Items.Add(new ItemCases { ServiceItemCode = ServiceItem, CaseNo = { Enumerable.Range(0, 10_000).Select(i => $"BJ-2026-{i:000000000}") } });
        var reply = await verification.ReconcileCasesAsync(request, cancellationToken: Token);
        Assert.Equal((0, 10_000, 1_000, "BJ-2026-000000999"), (reply.UnknownCount, reply.UnaskedCount, reply.Unasked.Count, reply.Unasked[^1].CaseNo));
        var listed = Assert.Single((await verification.ListReconciliationsAsync(new ListReconciliationsRequest { Limit = 1 }, cancellationToken: Token)).Reconciliations);
        Assert.Equal((reply.ReconciliationId, 10_000), (listed.ReconciliationId, listed.Cases));
    }

    private sealed class HouseDirectory : IResourceDirectory
    {
        public ValueTask<ResourceSchema?> FindAsync(string resource, CancellationToken cancellationToken) => new(resource == "house" ? Houses.Schema : null);
    }

    /// <summary>In place of access control.</summary>
    private sealed class ApprovalCaller : Interceptor
    {
        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        {
            context.SetCaller(VerificationNode.Approval);
            return continuation(request, context);
        }
    }
}
