using System.Reflection;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DataHub.Acceptance.Tests.Support;
using DataHub.Crypto.Certificates;
using DataHub.Kernel.Access;
using DataHub.V1;
using Google.Protobuf.Reflection;
using Grpc.Core;

namespace DataHub.Acceptance.Tests;

/// <summary>Who may call what: every method as every role, and everybody who is nobody.</summary>
[Collection(TownHubCollection.Name)]
public sealed class AccessTests(TownHub hub)
{
    private const string Organisation = "11330382MB9902916X";

    private static readonly FileDescriptor[] Protos =
        [ExchangeReflection.Descriptor, VerificationReflection.Descriptor, BrakesReflection.Descriptor, LicenceReflection.Descriptor, CatalogReflection.Descriptor, StewardshipReflection.Descriptor];

    // As the protos promise it; empty = every system with a certificate.
    private static readonly Dictionary<string, SystemRole[]> Promised = new()
    {
        ["ExchangeService/Push"] = [SystemRole.Provider],
        ["VerificationService/Verify"] = [SystemRole.Consumer],
        ["VerificationService/ReconcileCases"] = [SystemRole.Consumer],
        ["VerificationService/ListReconciliations"] = [SystemRole.Auditor, SystemRole.SecurityAdministrator],
        ["BrakesService/MarkHoney"] = [SystemRole.SecurityAdministrator],
        ["BrakesService/UnmarkHoney"] = [SystemRole.SecurityAdministrator],
        ["BrakesService/ListHoney"] = [SystemRole.SecurityAdministrator],
        ["LicenceService/Mint"] = [SystemRole.Issuer],
        ["LicenceService/Revoke"] = [SystemRole.Issuer],
        ["LicenceService/Verify"] = [],
        ["CatalogService/Register"] = [SystemRole.Provider],
        ["CatalogService/Search"] = [],
        ["StewardshipService/GetQualityReport"] = [SystemRole.Steward],
    };

    private static IEnumerable<MethodDescriptor> AllMethods => Protos.SelectMany(proto => proto.Services).SelectMany(service => service.Methods);

    public static TheoryData<string> Methods => [.. AllMethods.Select(NameOf)];

    public static MatrixTheoryData<string, SystemRole> Matrix => new(AllMethods.Select(NameOf), Enum.GetValues<SystemRole>());

    public static TheoryData<string> Strangers => ["nobody", "another authority", "another authority of the same name", "expired", "not yet valid", "self-signed", "the server's own"];

    private string Roots => Path.Combine(hub.DataFolder, "systems", "tls-root.crt");

    [Theory]
    [MemberData(nameof(Methods))]
    public void Method_AsDeclared_AdmitsWhomTheContractNames(string method) =>
        Assert.Equal(Promised[method].Order(), DeclarationOf(method).Roles.Order());

    [Theory]
    [MemberData(nameof(Matrix))]
    public async Task Method_CalledInARole_IsDecidedByItsDeclaration(string method, SystemRole role)
    {
        var before = await hub.Database.TracesAsync();
        using var authority = TlsAuthority.Load(Path.Combine(hub.DataFolder, "tls"));
        using var credential = authority.IssueClient(new TlsIdentity("tester-1", Organisation, role.ToString().ToLowerInvariant()), Now(TimeSpan.FromHours(1)));
        var (code, e) = await CallAsync(method, credential.Certificate);

        var allowed = DeclarationOf(method).Roles;
        if (allowed.Count == 0 || allowed.Contains(role))
        {
            // An empty request gets past the door; what it then hears is about its content.
            Assert.True(code is StatusCode.OK or StatusCode.InvalidArgument or StatusCode.NotFound or StatusCode.FailedPrecondition, e?.ToString());
        }
        else
        {
            Assert.Equal((StatusCode.PermissionDenied, "ROLE_REQUIRED"), (code, Refusal.Of(e!).Reason));
        }

        Assert.Equal(before, await hub.Database.TracesAsync());
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Method_CertificateThatNamesNoSystem_IsUnauthenticated(string method)
    {
        using var certificate = Leaf("CN=nobody we know");
        var (code, e) = await CallAsync(method, certificate);
        Assert.Equal((StatusCode.Unauthenticated, "CERTIFICATE_REQUIRED"), (code, Refusal.Of(e!).Reason));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Method_CertificateWithAnUnknownRole_IsDenied(string method)
    {
        using var authority = TlsAuthority.Load(Path.Combine(hub.DataFolder, "tls"));
        using var credential = authority.IssueClient(new TlsIdentity("tester-1", Organisation, "emperor"), Now(TimeSpan.FromHours(1)));
        var (code, _) = await CallAsync(method, credential.Certificate);
        Assert.Equal(DeclarationOf(method).Roles.Count > 0, code is StatusCode.PermissionDenied);
    }

    // A handshake that fails has no gRPC status of its own; a client that waits for one is told UNAVAILABLE.
    [Theory]
    [MemberData(nameof(Strangers))]
    public async Task Connection_OfAStranger_EndsInTheHandshakeAndLeavesNothing(string stranger)
    {
        var before = await hub.Database.TracesAsync();
        using var certificate = CertificateOf(stranger);
        foreach (var method in AllMethods.Select(NameOf))
        {
            var (code, _) = await CallAsync(method, certificate);
            Assert.True(code is StatusCode.Unavailable, $"{method}: {code}");
        }

        Assert.Equal(before, await hub.Database.TracesAsync());
    }

    [Fact]
    public async Task Revoke_LicenceOfAnotherAuthority_IsDenied()
    {
        using var issuer = hub.As(DataHub.Cli.Demo.DemoSystems.Issuer);
        var minted = await LicenceCalls.MintAsync(issuer, hub.Town.Cases.Builder);
        using var authority = TlsAuthority.Load(Path.Combine(hub.DataFolder, "tls"));
        using var credential = authority.IssueClient(new TlsIdentity("issuer-2", Organisation, "issuer"), Now(TimeSpan.FromHours(1)));
        using var channel = hub.Connect(credential.Certificate);

        var refusal = await Refusal.OfAsync(new LicenceService.LicenceServiceClient(channel)
            .RevokeAsync(LicenceCalls.RevocationOf(minted.LicenceId), cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal((StatusCode.PermissionDenied, "LICENCE_OF_OTHER_ISSUER"), (refusal.Code, refusal.Reason));
        Assert.True((await LicenceCalls.VerifyAsync(issuer, minted.Document)).Accepted);
    }

    private static string NameOf(MethodDescriptor method) => $"{method.Service.Name}/{method.Name}";

    private static CertificateValidity Now(TimeSpan length) => CertificateValidity.StartingNow(TimeProvider.System, length);

    private static CertificateValidity From(TimeSpan start, TimeSpan length)
    {
        var from = TimeProvider.System.GetUtcNow() + start;
        return new CertificateValidity(from, from + length);
    }

    private static AllowRolesAttribute DeclarationOf(string method)
    {
        var (service, name) = (method.Split('/')[0], method.Split('/')[1]);
        var rooms = (Assembly[])[typeof(Exchange.ExchangeModule).Assembly, typeof(Verification.VerificationModule).Assembly, typeof(DataHub.Licences.LicencesModule).Assembly, typeof(Catalog.CatalogModule).Assembly];
        var implementation = rooms.SelectMany(room => room.GetTypes()).Single(type => type.BaseType?.Name == $"{service}Base");
        return implementation.GetMethod(name)!.GetCustomAttribute<AllowRolesAttribute>()!;
    }

    private X509Certificate2? CertificateOf(string stranger)
    {
        using var folder = new TempFolder();
        var identity = new TlsIdentity("approval-1", Organisation, "consumer");
        using var own = TlsAuthority.Load(Path.Combine(hub.DataFolder, "tls"));
        using var other = TlsAuthority.Create(folder.Sub("other"), "Some other root", Now(TimeSpan.FromDays(30)));
        using var twin = TlsAuthority.Create(folder.Sub("twin"), "DataHub TLS root", Now(TimeSpan.FromDays(30)));
        return stranger switch
        {
            "nobody" => null,
            "another authority" => other.IssueClient(identity, Now(TimeSpan.FromDays(1))).Certificate,
            "another authority of the same name" => twin.IssueClient(identity, Now(TimeSpan.FromDays(1))).Certificate,
            "expired" => own.IssueClient(identity, From(TimeSpan.FromDays(-2), TimeSpan.FromDays(1))).Certificate,
            "not yet valid" => own.IssueClient(identity, From(TimeSpan.FromDays(1), TimeSpan.FromDays(1))).Certificate,
            "the server's own" => own.IssueServer(["localhost"], [], Now(TimeSpan.FromDays(1))).Certificate,
            _ => SelfSigned(),
        };
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"O={Organisation}, OU=consumer, CN=approval-1", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        return request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddMinutes(-5), TimeProvider.System.GetUtcNow().AddDays(1));
    }

    // Signed by the hub's own authority, but for a name that is no system's.
    private X509Certificate2 Leaf(string subject)
    {
        using var root = X509Certificate2.CreateFromPemFile(Path.Combine(hub.DataFolder, "tls", "tls-root.crt"), Path.Combine(hub.DataFolder, "tls", "tls-root.key"));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        using var leaf = request.Create(root, TimeProvider.System.GetUtcNow().AddMinutes(-1), TimeProvider.System.GetUtcNow().AddDays(1), [1, 2, 3, 4]);
        return leaf.CopyWithPrivateKey(key);
    }

    // The method with an empty request; without knowing its messages.
    private async Task<(StatusCode Code, RpcException? Failure)> CallAsync(string method, X509Certificate2? certificate)
    {
        var bytes = Marshallers.Create<byte[]>(message => message, message => message);
        var descriptor = AllMethods.Single(candidate => NameOf(candidate) == method);
        var type = (descriptor.IsClientStreaming, descriptor.IsServerStreaming) switch
        {
            (false, false) => MethodType.Unary,
            (true, true) => MethodType.DuplexStreaming,
            _ => throw new NotSupportedException($"{method} is of a kind this test does not call yet."),
        };
        var call = new Method<byte[], byte[]>(type, descriptor.Service.FullName, descriptor.Name, bytes, bytes);
        var options = new CallOptions(cancellationToken: TestContext.Current.CancellationToken);
        using var channel = hub.Connect(certificate);
        try
        {
            if (type is MethodType.Unary)
            {
                await channel.CreateCallInvoker().AsyncUnaryCall(call, host: null, options, []);
            }
            else
            {
                using var stream = channel.CreateCallInvoker().AsyncDuplexStreamingCall(call, host: null, options);
                await stream.RequestStream.CompleteAsync();
                await stream.ResponseStream.MoveNext(TestContext.Current.CancellationToken);
            }

            return (StatusCode.OK, null);
        }
        catch (RpcException e)
        {
            return (e.StatusCode, e);
        }
    }
}
