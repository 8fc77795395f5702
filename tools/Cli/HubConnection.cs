using System.Text.Json;
using DataHub.Crypto.Certificates;
using DataHub.FrontEnd.Enrolling;
using DataHub.FrontEnd.Witnessing;
using DataHub.Host;
using DataHub.Host.Keys;
using DataHub.Kernel.Faults;
using DataHub.V1;
using Grpc.Net.Client;

namespace DataHub.Cli;

/// <summary>A connection to a hub under one system's certificate.</summary>
internal sealed class HubConnection : IDisposable
{
    private readonly HubIdentity _identity;
    private readonly GrpcChannel _channel;
    private readonly HeadWitness _witness;

    private HubConnection(Uri address, HubIdentity identity, string file)
    {
        _identity = identity;
        _witness = new HeadWitness(Path.ChangeExtension(file, ".heads"), Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file))!, "licence-root.crt"));
        _channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions { HttpHandler = identity.CreateHandler(), DisposeHttpClient = true, MaxReceiveMessageSize = 16 << 20 });
    }

    public EnrolmentService.EnrolmentServiceClient Enrolment => new(_channel);

    public ExchangeService.ExchangeServiceClient Exchange => new(_channel);

    public VerificationService.VerificationServiceClient Verification => new(_channel);

    public LicenceService.LicenceServiceClient Licences => new(_channel);

    public CatalogService.CatalogServiceClient Catalog => new(_channel);

    public StewardshipService.StewardshipServiceClient Stewardship => new(_channel);

    public AccessService.AccessServiceClient Access => new(_channel);

    public AuditService.AuditServiceClient Audit => new(_channel);

    public BrakesService.BrakesServiceClient Brakes => new(_channel);

    /// <summary>Connects to the hub that runs on a data folder, as a system whose certificate is there.</summary>
    /// <param name="dataFolder">The hub's data folder.</param>
    /// <param name="isWanted">Which system; the first in the order of names is taken.</param>
    /// <param name="wanted">The same in words, for the fault.</param>
    /// <exception cref="FaultException">No hub runs there, or no such system has a certificate.</exception>
    public static HubConnection Open(string dataFolder, Func<TlsIdentity, bool> isWanted, string wanted)
    {
        var folder = new HubFolder(dataFolder);
        if (!File.Exists(folder.RunningFile) || JsonSerializer.Deserialize<RunningHub>(File.ReadAllText(folder.RunningFile)) is not { } running)
        {
            throw CliFaults.NotRunning(folder.Path);
        }

        foreach (var file in Directory.GetFiles(folder.Systems, "*.pem").Order(StringComparer.Ordinal))
        {
            var identity = HubIdentity.Load(file, TimeProvider.System);
            if (TlsIdentity.Read(identity.Certificate) is { } named && isWanted(named))
            {
                return new HubConnection(new Uri(running.Address), identity, file);
            }

            identity.Dispose();
        }

        throw CliFaults.NoSystem(folder.Systems, wanted);
    }

    /// <summary>Connects as the first system with a role, or as the system named.</summary>
    public static HubConnection Open(string dataFolder, string role, string? system) => system is null
        ? Open(dataFolder, identity => identity.Roles.Contains(role), $"a system with role {role}")
        : Open(dataFolder, identity => identity.SystemId == system, $"system {system}");

    /// <summary>Connects to a hub anywhere, as an identity that was enrolled.</summary>
    /// <param name="address">Address of the hub.</param>
    /// <param name="file">The identity's file, beside the hub's roots.</param>
    public static HubConnection Open(Uri address, string file) => new(address, HubIdentity.Load(file, TimeProvider.System), file);

    /// <summary>Checks that the hub's ledger is the continuation of the one this identity saw last, and keeps its newest head.</summary>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="FaultException"><c>LEDGER_REWRITTEN</c>, <c>LEDGER_HEAD</c>.</exception>
    public Task WitnessAsync(CancellationToken cancellationToken) => _witness.WitnessAsync(Audit, cancellationToken);

    /// <summary>The address of a hub as an option gives it.</summary>
    public static Uri AddressOf(string? given) => Uri.TryCreate(given, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttps
        ? address
        : throw CliFaults.BadOption("--hub", "must be an address such as https://hub.example:8443");

    /// <summary>Sends heartbeats and renews the certificate while the connection is used.</summary>
    /// <param name="backlog">Rows or files that wait here.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task KeepAsync(Func<long> backlog, CancellationToken cancellationToken) =>
        new IdentityKeeper(_identity, Enrolment, () => new HeartbeatFacts(Version, backlog(), _witness.Size), TimeProvider.System, trouble: Tell).RunAsync(cancellationToken);

    public void Dispose()
    {
        _channel.Dispose();
        _identity.Dispose();
    }

    private static string Version => typeof(HubConnection).Assembly.GetName().Version?.ToString(3) ?? "";

    private static void Tell(FaultException fault) => Console.Error.WriteLine($"hub: heartbeat or renewal failed, goes on trying: {fault.Message.ReplaceLineEndings(" ")} [{fault.Code}]");
}
