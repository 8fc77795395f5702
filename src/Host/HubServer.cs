using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using DataHub.Catalog;
using DataHub.EventStore;
using DataHub.EventStore.Migrations;
using DataHub.EventStore.Postgres;
using DataHub.EventStore.Sealing;
using DataHub.Exchange;
using DataHub.Host.Access;
using DataHub.Host.Connections;
using DataHub.Host.Enrolment;
using DataHub.Host.Errors;
using DataHub.Host.Keys;
using DataHub.Host.Ledgering;
using DataHub.Host.Quotas;
using DataHub.Host.Serving;
using DataHub.Kernel.Text;
using DataHub.Ledger;
using DataHub.Licences;
using DataHub.Verification;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DataHub.Host;

/// <summary>A running hub: its database, its rooms, one mTLS port with gRPC over HTTP/2.</summary>
public sealed class HubServer : IAsyncDisposable
{
    private readonly HubFolder _folder;
    private readonly EmbeddedPostgres? _postgres;
    private readonly WebApplication _app;

    private HubServer(HubFolder folder, EmbeddedPostgres? postgres, WebApplication app, HubKeys keys, Uri address)
    {
        _folder = folder;
        _postgres = postgres;
        _app = app;
        Keys = keys;
        Address = address;
    }

    /// <summary>Where the hub listens.</summary>
    public Uri Address { get; }

    /// <summary>The hub's keys and authorities.</summary>
    public HubKeys Keys { get; }

    /// <summary>The hub's data folder.</summary>
    public HubFolder Folder => _folder;

    /// <summary>Starts a hub: 1 data folder, 2 database, 3 keys, 4 schema, 5 port. What was started is stopped again when a later step fails.</summary>
    /// <param name="options">How it runs.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    /// <exception cref="Kernel.Faults.FaultException">What stands in the way, with a way out.</exception>
    public static async Task<HubServer> StartAsync(HubOptions options, CancellationToken cancellationToken)
    {
        if (!Nfkc.IsAvailable)
        {
            throw HostFaults.NoIcu();
        }

        var folder = new HubFolder(options.DataFolder);
        folder.Open(options.Name);
        EmbeddedPostgres? postgres = null;
        HubKeys? keys = null;
        WebApplication? app = null;
        try
        {
            // The database takes the lock on the data folder, so that two hubs starting at once do not both make keys.
            postgres = options.ConnectionString is null
                ? await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions { DataFolder = folder.Database, Fsync = options.Fsync }, cancellationToken)
                : null;
            keys = HubKeys.Open(folder, options.Time);
            app = Build(options, keys, postgres?.Endpoint ?? Configured(options.ConnectionString!));
            await PrepareDatabaseAsync(app, cancellationToken);
            await ListenAsync(app, options, cancellationToken);
            var address = LocalAddressOf(app, options);
            HubFolder.Replace(folder.RunningFile, JsonSerializer.Serialize(new RunningHub(address.ToString(), Environment.ProcessId)));
            return new HubServer(folder, postgres, app, keys, address);
        }
        catch
        {
            await StopAsync(app, keys, postgres);
            throw;
        }
    }

    /// <summary>Stops taking calls, lets those under way finish, then stops the database.</summary>
    public async ValueTask DisposeAsync()
    {
        File.Delete(_folder.RunningFile);
        await StopAsync(_app, Keys, _postgres);
    }

    private static async Task PrepareDatabaseAsync(WebApplication app, CancellationToken cancellationToken)
    {
        try
        {
            await app.Services.GetRequiredService<Migrator>().ApplyAsync(cancellationToken);
            await app.Services.GetRequiredService<SubjectKeys>().CheckRingAsync(cancellationToken);
            await app.Services.GetRequiredService<Erasures>().ReapplyAsync(cancellationToken);
        }
        catch (NpgsqlException e)
        {
            throw HostFaults.Database(e);
        }
    }

    private static PostgresEndpoint Configured(string connectionString)
    {
        try
        {
            return PostgresEndpoint.Configured(connectionString);
        }
        catch (ArgumentException e)
        {
            throw HostFaults.ConnectionString(e);
        }
    }

    private static WebApplication Build(HubOptions options, HubKeys keys, PostgresEndpoint endpoint)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);

        // A start that fails is told once, by whoever started it.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => Configure(kestrel, options));
        builder.Services.AddSingleton(new ClientCertificates(keys.OutsideAuthorityOf));
        builder.Services.AddConnectionGuard();
        builder.Services.AddServing();
        builder.Services.AddQuotas();
        builder.Services.AddSingleton(options.Time);
        builder.Services.AddSingleton(options.Name);
        builder.Services.AddSingleton(keys.Ring);
        builder.Services.AddSingleton<ISignerDirectory>(keys);
        builder.Services.AddHubKeys(keys, new ServerCertificate(keys, new HubFolder(options.DataFolder), options.Address, options.CertificateFile, options.Time));
        builder.Services.AddSingleton<IRecordReader, ExchangeRecordReader>();
        builder.Services.AddEventStore(endpoint).AddLedgering(builder.Configuration, new HubFolder(options.DataFolder)).AddAccess().AddEnrolment().AddExchange().AddVerification().AddLicences().AddCatalog();
        builder.Services.Configure<LedgerOptions>(ledger => ledger.MaxClockOffset = options.ComparesClock ? ledger.MaxClockOffset : null);
        builder.Services.AddGrpc(grpc =>
        {
            // Faults outside, so that a refusal by access control is mapped as well; the recorder between, so that it is recorded.
            grpc.Interceptors.Add<FaultInterceptor>();
            grpc.Interceptors.Add<CallRecorder>();
            grpc.Interceptors.Add<AccessControl>();
            grpc.Interceptors.Add<QuotaControl>();
        });

        var app = builder.Build();
        app.MapExchange().MapVerification().MapLicences().MapCatalog().MapAccess().MapEnrolment().MapAudit().MapServing();
        return app;
    }

    private static void Configure(KestrelServerOptions kestrel, HubOptions options)
    {
        kestrel.AddServerHeader = false;
        var guard = kestrel.ApplicationServices.GetRequiredService<ConnectionGuard>();
        guard.Limit(kestrel.Limits);
        var server = kestrel.ApplicationServices.GetRequiredService<ServerCertificate>();
        kestrel.Listen(options.Address, options.Port, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            guard.GuardPort(listen);
            listen.UseHttps(new TlsHandshakeCallbackOptions { HandshakeTimeout = guard.HandshakeTimeout, OnConnection = _ => ValueTask.FromResult(server.Options()) });
            guard.GuardHttp(listen);
        });
    }

    // A hub that listens everywhere is reached on this machine by the loopback address.
    private static Uri LocalAddressOf(WebApplication app, HubOptions options)
    {
        var address = new UriBuilder(app.Urls.First());
        address.Host = options.Address.Equals(IPAddress.Any) || options.Address.Equals(IPAddress.IPv6Any) ? IPAddress.Loopback.ToString() : address.Host;
        return address.Uri;
    }

    private static async Task ListenAsync(WebApplication app, HubOptions options, CancellationToken cancellationToken)
    {
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (IOException e)
        {
            throw HostFaults.PortInUse(options.Address.ToString(), options.Port, e);
        }
        catch (SocketException e)
        {
            throw HostFaults.CannotListen(options.Address.ToString(), options.Port, e);
        }
    }

    private static async Task StopAsync(WebApplication? app, HubKeys? keys, EmbeddedPostgres? postgres)
    {
        if (app is not null)
        {
            await app.StopAsync(CancellationToken.None);
            await app.DisposeAsync();
        }

        keys?.Dispose();
        if (postgres is not null)
        {
            await postgres.DisposeAsync();
        }
    }
}

/// <summary>Where a hub listens, as its data folder says while it runs.</summary>
/// <param name="Address">Base address.</param>
/// <param name="ProcessId">Process of the hub.</param>
public sealed record RunningHub(string Address, int ProcessId);
