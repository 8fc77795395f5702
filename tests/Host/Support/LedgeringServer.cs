using System.Net;
using System.Security.Cryptography;
using DataHub.Contracts;
using DataHub.Crypto.Certificates;
using DataHub.Crypto.Signing;
using DataHub.EventStore;
using DataHub.Host.Errors;
using DataHub.Host.Keys;
using DataHub.Host.Ledgering;
using DataHub.Host.Serving;
using DataHub.Kernel;
using DataHub.Kernel.Access;
using DataHub.Kernel.Faults;
using DataHub.Ledger;
using DataHub.Ledger.Heads;
using DataHub.TestKit;
using DataHub.V1;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace DataHub.Host.Tests.Support;

/// <summary>The ledger of a hub on a port without TLS, with a door that believes what callers say of themselves, and one service that does as it is told.</summary>
internal sealed class LedgeringServer : IAsyncDisposable
{
    private static readonly Lazy<(Sm2FileSigner Signer, ReadOnlyMemory<byte> Root)> Heads = new(MakeSigner);

    private readonly WebApplication _app;
    private readonly string _folder;

    private LedgeringServer(WebApplication app, TestDatabase database, string folder)
    {
        (_app, Database, _folder) = (app, database, folder);
        Channel = GrpcChannel.ForAddress(app.Urls.Single());
    }

    public GrpcChannel Channel { get; }

    public TestDatabase Database { get; }

    public static ReadOnlyMemory<byte> Root => Heads.Value.Root;

    /// <summary>Signers of heads and receipts made for the run.</summary>
    public static LedgerSigners Signers => new(Heads.Value.Signer, new ReceiptSigner());

    public AuditService.AuditServiceClient Audit => new(Channel);

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public static async Task<LedgeringServer> StartAsync(PostgresFixture postgres, params (string Key, string Value)[] settings)
    {
        var database = await postgres.CloneAsync();
        var folder = Directory.CreateTempSubdirectory("datahub-ledgering-").FullName;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value));
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton(new HubName("qinghe")).AddSingleton(postgres.Keys);
        builder.Services.AddEventStore(database.Endpoint).AddLedgering(builder.Configuration, new HubFolder(folder)).AddServing();
        builder.Services.Replace(ServiceDescriptor.Singleton(Signers));
        builder.Services.AddGrpc(grpc =>
        {
            grpc.Interceptors.Add<FaultInterceptor>();
            grpc.Interceptors.Add<CallRecorder>();
            grpc.Interceptors.Add<OpenDoor>();
        });
        var app = builder.Build();
        app.MapAudit().MapServing();
        app.MapGrpcService<ObedientService>();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new LedgeringServer(app, database, folder);
    }

    /// <summary>A caller as it says it is.</summary>
    public static Metadata As(string account, string organisation = "11330382MB9902916X", params SystemRole[] roles) =>
        new() { { "account", account }, { "organisation", organisation }, { "roles", string.Join(',', roles) } };

    /// <summary>Has the obedient service do something.</summary>
    public async Task<StatusCode> TellAsync(string what, Metadata? caller)
    {
        try
        {
            await new StewardshipService.StewardshipServiceClient(Channel).GetQualityReportAsync(new QualityReportRequest { Resource = what }, caller, cancellationToken: TestContext.Current.CancellationToken);
            return StatusCode.OK;
        }
        catch (RpcException e)
        {
            return e.StatusCode;
        }
    }

    public Task StopAsync() => _app.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        await Database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static (Sm2FileSigner Signer, ReadOnlyMemory<byte> Root) MakeSigner()
    {
        var folder = Directory.CreateTempSubdirectory("datahub-signer-").FullName;
        var validity = CertificateValidity.StartingNow(TimeProvider.System, TimeSpan.FromDays(2));
        var authority = LicenceAuthority.Create(Path.Combine(folder, "root"), new LicenceIssuerName("root", "11330382MB9902916X"), validity, "pass");
        var signer = authority.IssueSigner(Path.Combine(folder, "signer.pem"), new LicenceIssuerName(SignedHead.SignerName, "11330382MB9902916X"), validity, "pass");
        Directory.Delete(folder, recursive: true);
        return (signer, authority.Root.Der);
    }

    private sealed class ReceiptSigner : ISigner
    {
        private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        public string Algorithm => "ES256";

        public IReadOnlyList<ReadOnlyMemory<byte>> CertificateChain => [];

        public byte[] Sign(ReadOnlySpan<byte> message)
        {
            lock (_key)
            {
                return _key.SignData(message, HashAlgorithmName.SHA256);
            }
        }
    }

    /// <summary>Stands where access control stands, and judges by what the caller says.</summary>
    internal sealed class OpenDoor : Interceptor
    {
        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        {
            Enter(context);
            return continuation(request, context);
        }

        public override Task ServerStreamingServerHandler<TRequest, TResponse>(
            TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
        {
            Enter(context);
            return continuation(request, responseStream, context);
        }

        private static void Enter(ServerCallContext context)
        {
            if (context.Method.StartsWith("/grpc.", StringComparison.Ordinal))
            {
                return;
            }

            var account = context.RequestHeaders.GetValue("account") ?? throw new FaultException(FaultKind.Unauthenticated, "CERTIFICATE_REQUIRED", "No account.");
            var roles = context.RequestHeaders.GetValue("roles")!.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Enum.Parse<SystemRole>).ToHashSet();
            context.SetCaller(new Caller(account, context.RequestHeaders.GetValue("organisation")!, roles));
            var allowed = context.GetHttpContext().GetEndpoint()!.Metadata.GetMetadata<AllowRolesAttribute>();
            if (allowed is null || (allowed.Roles.Count > 0 && !allowed.Roles.Any(roles.Contains)))
            {
                throw new FaultException(FaultKind.Denied, "ROLE_REQUIRED", "Not your role.");
            }
        }
    }

    /// <summary>Does what the resource of a request says.</summary>
    internal sealed class ObedientService : StewardshipService.StewardshipServiceBase
    {
        [AllowRoles(SystemRole.Steward)]
        public override Task<QualityReport> GetQualityReport(QualityReportRequest request, ServerCallContext context)
        {
            var notes = context.Notes();
            (notes.Subject, notes.CaseNo, notes.Target) = ("pseudonym", "case \0 7", request.Resource);
            switch (request.Resource)
            {
                case "refuse":
                    throw new FaultException(FaultKind.Denied, "NO_GRANT", "No.");
                case "fail":
                    throw new InvalidOperationException("Broken.");
                case "away":
                    throw new FaultException(FaultKind.Unavailable, "SOURCE_AWAY", "Later.");
                case "recorded":
                    notes.IsRecorded = true;
                    break;
            }

            return Task.FromResult(new QualityReport());
        }
    }
}
