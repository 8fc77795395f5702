using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using DataHub.Cli;
using DataHub.Cli.Commands;
using DataHub.Cli.Demo;
using DataHub.Crypto.Certificates;
using DataHub.FrontEnd.Csv;
using DataHub.FrontEnd.Pushing;
using DataHub.Host;
using DataHub.Host.Keys;
using DataHub.Kernel.Time;
using DataHub.Town;
using DataHub.V1;
using Grpc.Net.Client;

namespace DataHub.Acceptance.Tests.Support;

/// <summary>
/// A hub that has been through the whole first half of its work: a process of its own with its own PostgreSQL, its systems certified, the
/// directory registered and imported, the files of a town of 500 pushed. It logs as much as it can.
/// </summary>
public sealed class TownHub : IAsyncLifetime
{
    private static readonly Dictionary<string, string> Verbose = new() { ["Logging__LogLevel__Default"] = "Trace" };

    private readonly TempFolder _folder = new();
    private readonly List<HubProcess> _processes = [];

    internal static string DirectoryFile => Path.Combine(AppContext.BaseDirectory, "data", "directory.csv");

    internal string DataFolder => _folder.Sub("hub");

    /// <summary>What the private keys of the data folder are encrypted under.</summary>
    internal string Passphrase => File.ReadAllText(Path.Combine(DataFolder, "keys", "passphrase"));

    internal string TownFolder => _folder.Sub("town");

    internal TownManifest Town { get; private set; } = null!;

    internal HubDatabase Database => new(DataFolder);

    internal Testers Testers => field ??= new Testers(DataFolder);

    /// <summary>Where the hub listens, as its data folder says.</summary>
    internal Uri Address => new(JsonSerializer.Deserialize<RunningHub>(File.ReadAllText(new HubFolder(DataFolder).RunningFile))!.Address);

    internal HubProcess Process => _processes[^1];

    /// <summary>Everything the hub printed in all its runs.</summary>
    internal string Said => string.Concat(_processes.Select(process => process.Output + process.Errors));

    internal IReadOnlyDictionary<string, DirectoryEntry> Entries { get; } =
        DemoSystems.Processors.ToDictionary(processor => processor.Resource, processor => RegistrationFile.OfResource(processor.Resource));

    /// <summary>What became of the files, by resource.</summary>
    internal Dictionary<string, PushOutcome> Pushed { get; } = [];

    internal RegisterReply Imported { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var options = new TownOptions { Residents = 500, Seed = 330382, Today = CivilTime.Today(TimeProvider.System) };
        Town = await TownWriter.WriteAsync(options, TownFolder, progress: null, TestContext.Current.CancellationToken);
        await StartAsync();
        await DemoAccess.OnboardAsync(DataFolder, TimeProvider.System, TestContext.Current.CancellationToken);
        using (var keys = HubKeys.Open(new HubFolder(DataFolder), TimeProvider.System))
        {
            keys.EnsureIssuer(DemoSystems.IssuingAuthority, DemoSystems.IssuingAuthorityCode);
        }

        await RegisterAsync();
        foreach (var (resource, _) in DemoSystems.Processors)
        {
            Pushed[resource] = await PushAsync(resource, Town.File(resource).Watermark);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }

        _folder.Dispose();
    }

    internal async Task StartAsync()
    {
        _processes.Add(HubProcess.StartThrough([], Verbose, ["serve", "--data", DataFolder]));
        await Process.SaidAsync("Ctrl-C stops it.");
    }

    /// <summary>A connection under a system's certificate.</summary>
    internal HubConnection As(string system) => HubConnection.Open(DataFolder, identity => identity.SystemId == system, system);

    /// <summary>A channel under any certificate, or none.</summary>
    internal GrpcChannel Connect(X509Certificate2? certificate)
    {
        var roots = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        roots.CustomTrustStore.AddRange(TlsTrust.ReadRoots(Path.Combine(DataFolder, "systems", "tls-root.crt")));
        var tls = new SslClientAuthenticationOptions { CertificateChainPolicy = roots };
        if (certificate is not null)
        {
            tls.ClientCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true);
        }

        return GrpcChannel.ForAddress(Address, new GrpcChannelOptions { HttpHandler = new SocketsHttpHandler { SslOptions = tls }, DisposeHttpClient = true });
    }

    internal HubConnection AsProcessorOf(string resource) => As(DemoSystems.Processors.Single(processor => processor.Resource == resource).System);

    internal string FileOf(string resource) => Path.Combine(TownFolder, Town.File(resource).Path);

    internal async Task<PushOutcome> PushAsync(string resource, DateTimeOffset watermark)
    {
        using var hub = AsProcessorOf(resource);
        var required = RegistrationFile.RequiredColumns(Entries[resource]);
        var csv = await CsvFile.CheckAsync(FileOf(resource), resource, required, declaredEncoding: null, TestContext.Current.CancellationToken);
        return await new BatchPusher(hub.Exchange, TimeProvider.System, new PushOptions { GiveUpAfter = TimeSpan.FromMinutes(1) })
            .PushAsync(csv, watermark, progress: null, TestContext.Current.CancellationToken);
    }

    private async Task RegisterAsync()
    {
        foreach (var (resource, system) in DemoSystems.Processors)
        {
            using var provider = As(system);
            await provider.Catalog.RegisterAsync(new RegisterRequest { Entries = { Entries[resource] } }, cancellationToken: TestContext.Current.CancellationToken);
        }

        using var directory = As(DemoSystems.Directory);
        Imported = await CatalogCommands.ImportAsync(directory, DirectoryFile, TestContext.Current.CancellationToken);
    }
}
