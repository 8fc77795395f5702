using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DataHub.Crypto.Certificates;
using DataHub.FrontEnd.Enrolling;
using DataHub.Host.Access;
using DataHub.Host.Keys;
using DataHub.V1;
using Google.Protobuf;
using Grpc.Net.Client;

namespace DataHub.Host.Tests.Support;

/// <summary>A whole hub on a database of the test, founded, with its people certified; its clock is the test's.</summary>
internal sealed class EnrolmentHub : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("datahub-enrolment-").FullName;
    private readonly List<IDisposable> _open = [];

    private EnrolmentHub(Offices offices, TimeProvider time)
    {
        Offices = offices;
        Time = time;
    }

    public Offices Offices { get; }

    public TimeProvider Time { get; }

    public HubServer Server { get; private set; } = null!;

    public HubFolder Folder => Server.Folder;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<EnrolmentHub> StartAsync(HostFixture postgres, TimeProvider? time = null, string? certificateFile = null)
    {
        var clock = time ?? TimeProvider.System;
        var hub = new EnrolmentHub(await Offices.FoundAsync(postgres, clock), clock);
        postgres.CopyKeys(hub.Sub("hub"), clock);
        hub.Server = await HubServer.StartAsync(
            new HubOptions { DataFolder = hub.Sub("hub"), ConnectionString = hub.Offices.Database.Endpoint.Hub, Time = clock, ComparesClock = false, CertificateFile = certificateFile }, Token);
        return hub;
    }

    public string Sub(string name) => Path.Combine(_folder, name);

    /// <summary>Registers systems without giving them certificates.</summary>
    public Task RegisterAsync(params ProposedAccount[] accounts) => Offices.ChangeAsync(new ChangeContent { Accounts = accounts });

    /// <summary>A client under the certificate of one of the hub's people.</summary>
    public async Task<EnrolmentService.EnrolmentServiceClient> AsAsync(string account)
    {
        var (certificate, _) = await CertifyAsync(account);
        return new EnrolmentService.EnrolmentServiceClient(Connect(certificate));
    }

    /// <summary>A certificate given out past the wire, for whoever the register knows.</summary>
    public async Task<(X509Certificate2 Certificate, CertificateFacts Facts)> CertifyAsync(string account)
    {
        var found = (await Offices.Register.FindAsync(account, Token))!;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var chain = Server.Keys.Certify(Request(key), new TlsIdentity(found.Id, found.Organisation));
        await Offices.Register.RecordCertificateAsync(account, CertificateFacts.Of(chain[0]), AccessAct.Folder, Token);
        return (TlsCredential.Of(key, [chain[0].RawData]).Certificate, CertificateFacts.Of(chain[0]));
    }

    public static async Task<V1.EnrolmentToken> TokenAsync(string account, EnrolmentService.EnrolmentServiceClient administrator) =>
        (await administrator.CreateTokensAsync(new CreateTokensRequest { Accounts = { account } }, cancellationToken: Token)).Tokens.Single();

    /// <summary>A client without a certificate.</summary>
    public EnrolmentService.EnrolmentServiceClient AsStranger() => new(Connect(null));

    public EnrolmentService.EnrolmentServiceClient As(HubIdentity identity)
    {
        var channel = GrpcChannel.ForAddress(Server.Address, new GrpcChannelOptions { HttpHandler = identity.CreateHandler(), DisposeHttpClient = true });
        _open.Add(channel);
        return new EnrolmentService.EnrolmentServiceClient(channel);
    }

    /// <summary>Enrols as a system does and opens its identity.</summary>
    public async Task<HubIdentity> EnrolAsync(string account, EnrolmentService.EnrolmentServiceClient administrator)
    {
        var reply = await administrator.CreateTokensAsync(new CreateTokensRequest { Accounts = { account } }, cancellationToken: Token);
        var file = await new FrontEnd.Enrolling.Enrolment(Server.Address, Time).EnrolAsync(reply.Tokens[0].Token, reply.RootFingerprint, Sub(account), Token);
        var identity = HubIdentity.Load(file, Time);
        _open.Add(identity);
        return identity;
    }

    /// <summary>A channel under any certificate, or none, that trusts the hub's roots at the test's time.</summary>
    public GrpcChannel Connect(X509Certificate2? certificate, X509Certificate2Collection? roots = null)
    {
        var tls = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, server, chain, errors) => server is X509Certificate2 shown
                && !errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
                && TlsTrust.IsTrustedServer(shown, roots ?? Server.Keys.TlsRoots, Time.GetUtcNow(), chain?.ChainPolicy.ExtraStore),
        };
        if (certificate is not null)
        {
            tls.ClientCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true);
        }

        var channel = GrpcChannel.ForAddress(Server.Address, new GrpcChannelOptions { HttpHandler = new SocketsHttpHandler { SslOptions = tls }, DisposeHttpClient = true });
        _open.Add(channel);
        return channel;
    }

    /// <summary>Starts the hub anew on the same folder and database.</summary>
    public async Task RestartAsync(string? certificateFile = null)
    {
        await Server.DisposeAsync();
        Server = await HubServer.StartAsync(
            new HubOptions { DataFolder = Sub("hub"), ConnectionString = Offices.Database.Endpoint.Hub, Time = Time, ComparesClock = false, CertificateFile = certificateFile }, Token);
    }

    public static byte[] Request(ECDsa key) => new CertificateRequest("CN=anything", key, HashAlgorithmName.SHA256).CreateSigningRequest();

    public static ByteString NewRequest()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return ByteString.CopyFrom(Request(key));
    }

    public async Task<long> CountAsync(string sql) => Convert.ToInt64(await Offices.Database.SuperuserAsync(sql), System.Globalization.CultureInfo.InvariantCulture);

    public Task<long> AlertsAsync(string code) => CountAsync($"select coalesce(sum(count), 0) from datahub.alert where code = '{code}'");

    public async ValueTask DisposeAsync()
    {
        foreach (var open in _open)
        {
            open.Dispose();
        }

        await Server.DisposeAsync();
        await Offices.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
