using System.Net;
using DataHub.Host.Access;
using DataHub.Host.Connections;
using DataHub.Host.Errors;
using DataHub.Kernel.Access;
using DataHub.TestKit;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DataHub.Host.Tests.Support;

/// <summary>Access control before a service with one method open to strangers, which waits until told, and one that declares nothing.</summary>
internal sealed class DoorServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private DoorServer(WebApplication app)
    {
        _app = app;
        Channel = GrpcChannel.ForAddress(app.Urls.Single());
    }

    public GrpcChannel Channel { get; }

    public Waiting Calls => _app.Services.GetRequiredService<Waiting>();

    public static async Task<DoorServer> StartAsync(TestDatabase database, int mostStrangers)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Hub:Connections:MostAnonymousCalls"] = $"{mostStrangers}" });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton(database.Sources).AddSingleton<Waiting>();
        builder.Services.AddConnectionGuard();
        builder.Services.AddAccess();
        builder.Services.AddGrpc(grpc =>
        {
            grpc.Interceptors.Add<FaultInterceptor>();
            grpc.Interceptors.Add<AccessControl>();
        });
        var app = builder.Build();
        app.MapGrpcService<Service>();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new DoorServer(app);
    }

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await _app.DisposeAsync();
    }

    /// <summary>Calls that got past the door.</summary>
    internal sealed class Waiting
    {
        private int _entered;

        public int Entered => Volatile.Read(ref _entered);

        public TaskCompletionSource Released { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task EnterAsync()
        {
            Interlocked.Increment(ref _entered);
            return Released.Task;
        }
    }

    private sealed class Service(Waiting waiting) : Health.HealthBase
    {
        [AllowStrangers]
        public override async Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
        {
            await waiting.EnterAsync();
            return new HealthCheckResponse();
        }

        // Declares nothing.
        public override Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context) => waiting.EnterAsync();
    }
}
