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
    [
        ExchangeReflection.Descriptor,
        VerificationReflection.Descriptor,
        BrakesReflection.Descriptor,
        LicenceReflection.Descriptor,
        CatalogReflection.Descriptor,
        StewardshipReflection.Descriptor,
        AccessReflection.Descriptor,
        EnrolmentReflection.Descriptor,
        AuditReflection.Descriptor,
    ];

    private static readonly SystemRole[] Proposers = [SystemRole.SystemAdministrator, SystemRole.SecurityAdministrator];

    private static readonly SystemRole[] Lookers = [SystemRole.SystemAdministrator, SystemRole.SecurityAdministrator, SystemRole.Auditor];

    // As the protos promise it; empty = every account, null = strangers too.
    private static readonly Dictionary<string, SystemRole[]?> Promised = new()
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
        ["AccessService/RegisterOrganisation"] = [SystemRole.SystemAdministrator],
        ["AccessService/RetireOrganisation"] = [SystemRole.SecurityAdministrator],
        ["AccessService/ListOrganisations"] = Lookers,
        ["AccessService/ProposeAccounts"] = Proposers,
        ["AccessService/ProposeRoles"] = Proposers,
        ["AccessService/ProposeStates"] = Proposers,
        ["AccessService/ProposeGrants"] = Proposers,
        ["AccessService/ProposeRevocation"] = Proposers,
        ["AccessService/ProposeErasure"] = Proposers,
        ["AccessService/Approve"] = [SystemRole.SecurityAdministrator],
        ["AccessService/Reject"] = [SystemRole.SecurityAdministrator],
        ["AccessService/Withdraw"] = Proposers,
        ["AccessService/GetChange"] = Lookers,
        ["AccessService/ListChanges"] = Lookers,
        ["AccessService/ListAccounts"] = Lookers,
        ["AccessService/SuspendAccount"] = [SystemRole.SecurityAdministrator],
        ["AccessService/ListGrants"] = Lookers,
        ["AccessService/ListAlerts"] = Lookers,
        ["AccessService/AcknowledgeAlert"] = [SystemRole.SecurityAdministrator],
        ["AuditService/GetHead"] = [],
        ["AuditService/GetInclusion"] = [],
        ["AuditService/Search"] = [SystemRole.Auditor],
        ["AuditService/Trace"] = [SystemRole.Auditor],
        ["AuditService/Export"] = [SystemRole.Auditor],
        ["EnrolmentService/CreateTokens"] = [SystemRole.SystemAdministrator],
        ["EnrolmentService/GetRoots"] = null,
        ["EnrolmentService/Enrol"] = null,
        ["EnrolmentService/Renew"] = [],
        ["EnrolmentService/Supersede"] = [],
        ["EnrolmentService/Heartbeat"] = [],
        ["EnrolmentService/ListProcessors"] = [SystemRole.SystemAdministrator, SystemRole.Steward],
        ["EnrolmentService/Revoke"] = [SystemRole.SecurityAdministrator],
    };

    private static IEnumerable<MethodDescriptor> AllMethods => Protos.SelectMany(proto => proto.Services).SelectMany(service => service.Methods);

    public static TheoryData<string> Methods => [.. AllMethods.Select(NameOf)];

    private static IEnumerable<string> ForAccounts => AllMethods.Select(NameOf).Where(method => DeclarationOf(method) is not null);

    public static TheoryData<string> MethodsForAccounts => [.. ForAccounts];

    public static TheoryData<string> MethodsForStrangers => [.. AllMethods.Select(NameOf).Except(ForAccounts)];

    public static MatrixTheoryData<string, SystemRole> Matrix => new(AllMethods.Select(NameOf), Enum.GetValues<SystemRole>());

    public static TheoryData<string> Strangers => ["another authority", "another authority of the same name", "expired", "not yet valid", "self-signed", "the server's own"];

    private string Passphrase => File.ReadAllText(Path.Combine(hub.DataFolder, "keys", "passphrase"));

    [Theory]
    [MemberData(nameof(Methods))]
    public void Method_AsDeclared_AdmitsWhomTheContractNames(string method) =>
        Assert.Equal(Promised[method]?.Order(), DeclarationOf(method)?.Roles.Order());

    [Theory]
    [MemberData(nameof(Matrix))]
    public async Task Method_CalledInARole_IsDecidedByItsDeclaration(string method, SystemRole role)
    {
        using var credential = await hub.Testers.InRoleAsync(role);
        var before = await hub.Database.TracesAsync();
        var (code, e) = await CallAsync(method, credential.Certificate);

        var allowed = DeclarationOf(method)?.Roles;
        if (allowed is null or [] || allowed.Contains(role))
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
    [MemberData(nameof(MethodsForAccounts))]
    public async Task Method_CalledByNobody_IsUnauthenticated(string method)
    {
        var (code, e) = await CallAsync(method, certificate: null);
        Assert.Equal((StatusCode.Unauthenticated, "CERTIFICATE_REQUIRED"), (code, Refusal.Of(e!).Reason));
    }

    // They get past the door and hear about the content, as everybody else does there.
    [Theory]
    [MemberData(nameof(MethodsForStrangers))]
    public async Task Method_OpenToStrangers_AnswersNobody(string method)
    {
        var (code, e) = await CallAsync(method, certificate: null);
        Assert.True(code is StatusCode.OK or StatusCode.InvalidArgument, e?.ToString());
    }

    [Theory]
    [MemberData(nameof(MethodsForAccounts))]
    public async Task Method_CertificateThatNamesNoAccount_IsUnauthenticated(string method)
    {
        using var certificate = Leaf("CN=nobody we know");
        var (code, e) = await CallAsync(method, certificate);
        Assert.Equal((StatusCode.Unauthenticated, "CERTIFICATE_UNKNOWN"), (code, Refusal.Of(e!).Reason));
    }

    // Whoever has got hold of the authority's key makes a certificate for an account that may do everything here; the register has never heard of it.
    [Theory]
    [MemberData(nameof(MethodsForAccounts))]
    public async Task Method_CertificateNotInTheRegister_IsUnauthenticated(string method)
    {
        using var authority = TlsAuthority.Load(Path.Combine(hub.DataFolder, "tls"), Passphrase);
        using var credential = authority.IssueClient(new TlsIdentity("security-1", Organisation, [.. Enum.GetNames<SystemRole>().Select(role => role.ToLowerInvariant())]), Now(TimeSpan.FromHours(1)));
        var (code, e) = await CallAsync(method, credential.Certificate);
        Assert.Equal((StatusCode.Unauthenticated, "CERTIFICATE_UNKNOWN"), (code, Refusal.Of(e!).Reason));
    }

    // What is written in a certificate makes nobody anything: the register says.
    [Fact]
    public async Task Method_CertificateThatClaimsARole_IsDecidedByTheRegister()
    {
        using var credential = TlsCredential.Load(await hub.Testers.RegisterAsync("tester-was-provider", Organisation, SystemRole.Provider));
        Assert.Equal(["provider"], TlsIdentity.Read(credential.Certificate)!.Roles);
        await hub.Testers.GiveAsync("tester-was-provider", SystemRole.Steward);
        var (code, e) = await CallAsync("CatalogService/Register", credential.Certificate);
        Assert.Equal((StatusCode.PermissionDenied, "ROLE_REQUIRED"), (code, Refusal.Of(e!).Reason));
        Assert.NotEqual(StatusCode.PermissionDenied, (await CallAsync("StewardshipService/GetQualityReport", credential.Certificate)).Code);
    }

    [Fact]
    public async Task Methods_OfARevokedCertificate_AreUnauthenticated()
    {
        using var credential = TlsCredential.Load(await hub.Testers.RegisterAsync("tester-revoked", Organisation, SystemRole.Provider, SystemRole.Consumer));
        await hub.Testers.RevokeAsync(credential);
        await AllRefusedAsync(credential, StatusCode.Unauthenticated, "CERTIFICATE_REVOKED");
    }

    [Fact]
    public async Task Methods_OfASuspendedAccount_AreDenied()
    {
        using var credential = TlsCredential.Load(await hub.Testers.RegisterAsync("tester-suspended", Organisation, SystemRole.Provider, SystemRole.Consumer));
        await hub.Testers.SuspendAsync("tester-suspended");
        await AllRefusedAsync(credential, StatusCode.PermissionDenied, "ACCOUNT_SUSPENDED");
    }

    [Fact]
    public async Task Methods_OfAClosedAccount_AreDenied()
    {
        using var credential = TlsCredential.Load(await hub.Testers.RegisterAsync("tester-closed", Organisation, SystemRole.Provider, SystemRole.Consumer));
        await hub.Testers.AgreeAsync(access => access.ProposeStatesAsync(
            new ProposeStatesRequest { Close = { "tester-closed" }, Reason = "a test" }, cancellationToken: TestContext.Current.CancellationToken).ResponseAsync);
        await AllRefusedAsync(credential, StatusCode.PermissionDenied, "ACCOUNT_CLOSED");
    }

    [Fact]
    public async Task Methods_OfAnAccountWhoseOrganisationIsRetired_AreDenied()
    {
        const string retiring = "11330382MB9907776W";
        using var admin = hub.As("system-admin-1");
        await admin.Access.RegisterOrganisationAsync(new RegisterOrganisationRequest { Uscc = retiring, Name = "will be retired" }, cancellationToken: TestContext.Current.CancellationToken);
        using var credential = TlsCredential.Load(await hub.Testers.RegisterAsync("tester-retired", retiring, SystemRole.Provider));
        using var security = hub.As("security-1");
        await security.Access.RetireOrganisationAsync(new RetireOrganisationRequest { Uscc = retiring, Reason = "merged" }, cancellationToken: TestContext.Current.CancellationToken);
        await AllRefusedAsync(credential, StatusCode.PermissionDenied, "ORGANISATION_RETIRED");
    }

    // Open streams end with what admitted them: nobody goes on pushing who was stopped.
    [Theory]
    [InlineData("revoked")]
    [InlineData("suspended")]
    [InlineData("role lost")]
    public async Task Stream_OfSomebodyNoLongerAdmitted_IsBrokenOff(string how)
    {
        var id = $"tester-stream-{how.Replace(' ', '-')}";
        using var credential = TlsCredential.Load(await hub.Testers.RegisterAsync(id, Organisation, SystemRole.Provider, SystemRole.Consumer));
        using var channel = hub.Connect(credential.Certificate);
        using var stream = new ExchangeService.ExchangeServiceClient(channel).Push(cancellationToken: TestContext.Current.CancellationToken);
        await new CatalogService.CatalogServiceClient(channel).SearchAsync(new SearchRequest { Query = "不动产" }, cancellationToken: TestContext.Current.CancellationToken);
        var answered = stream.ResponseStream.MoveNext(TestContext.Current.CancellationToken);
        Assert.False(answered.IsCompleted);

        await (how switch
        {
            "revoked" => hub.Testers.RevokeAsync(credential),
            "suspended" => hub.Testers.SuspendAsync(id),
            _ => hub.Testers.GiveAsync(id, SystemRole.Consumer),
        });
        var failure = await Assert.ThrowsAsync<RpcException>(() => answered.SoonAsync());
        Assert.NotEqual(StatusCode.OK, failure.StatusCode);
        using var again = hub.Connect(credential.Certificate);
        var refusal = await Refusal.OfAsync(new CatalogService.CatalogServiceClient(again).RegisterAsync(new RegisterRequest(), cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(how switch { "revoked" => "CERTIFICATE_REVOKED", "suspended" => "ACCOUNT_SUSPENDED", _ => "ROLE_REQUIRED" }, refusal.Reason);
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
        using var credential = TlsCredential.Load(await hub.Testers.RegisterAsync("issuer-2", Organisation, SystemRole.Issuer));
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

    private static AllowRolesAttribute? DeclarationOf(string method)
    {
        var (service, name) = (method.Split('/')[0], method.Split('/')[1]);
        var rooms = (Assembly[])[typeof(Exchange.ExchangeModule).Assembly, typeof(Verification.VerificationModule).Assembly, typeof(DataHub.Licences.LicencesModule).Assembly, typeof(Catalog.CatalogModule).Assembly, typeof(Host.HubServer).Assembly];
        var implementation = rooms.SelectMany(room => room.GetTypes()).Single(type => type.BaseType?.Name == $"{service}Base");
        var served = implementation.GetMethod(name)!;
        return served.GetCustomAttribute<AllowStrangersAttribute>() is null ? served.GetCustomAttribute<AllowRolesAttribute>()! : null;
    }

    private X509Certificate2 CertificateOf(string stranger)
    {
        using var folder = new TempFolder();
        var identity = new TlsIdentity("approval-1", Organisation, "consumer");
        using var own = TlsAuthority.Load(Path.Combine(hub.DataFolder, "tls"), Passphrase);
        using var other = TlsAuthority.Create(folder.Sub("other"), "Some other root", Now(TimeSpan.FromDays(30)));
        using var twin = TlsAuthority.Create(folder.Sub("twin"), "DataHub TLS root", Now(TimeSpan.FromDays(30)));
        return stranger switch
        {
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
        using var issuing = X509Certificate2.CreateFromEncryptedPemFile(Path.Combine(hub.DataFolder, "tls", "tls-issuing.pem"), Passphrase);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        using var leaf = request.Create(issuing, TimeProvider.System.GetUtcNow().AddMinutes(-1), TimeProvider.System.GetUtcNow().AddDays(1), [1, 2, 3, 4]);
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
            (true, false) => MethodType.ClientStreaming,
            (false, true) => MethodType.ServerStreaming,
        };
        var call = new Method<byte[], byte[]>(type, descriptor.Service.FullName, descriptor.Name, bytes, bytes);
        var options = new CallOptions(cancellationToken: TestContext.Current.CancellationToken);
        using var channel = hub.Connect(certificate);
        try
        {
            await CallAsync(channel.CreateCallInvoker(), call, options);
            return (StatusCode.OK, null);
        }
        catch (RpcException e)
        {
            return (e.StatusCode, e);
        }
    }

    private static async Task CallAsync(CallInvoker invoker, Method<byte[], byte[]> call, CallOptions options)
    {
        switch (call.Type)
        {
            case MethodType.Unary:
                await invoker.AsyncUnaryCall(call, host: null, options, []);
                break;
            case MethodType.ServerStreaming:
                using (var answers = invoker.AsyncServerStreamingCall(call, host: null, options, []))
                {
                    await answers.ResponseStream.MoveNext(options.CancellationToken);
                }

                break;
            case MethodType.ClientStreaming:
                using (var questions = invoker.AsyncClientStreamingCall(call, host: null, options))
                {
                    await questions.RequestStream.CompleteAsync();
                    await questions;
                }

                break;
            default:
                using (var stream = invoker.AsyncDuplexStreamingCall(call, host: null, options))
                {
                    await stream.RequestStream.CompleteAsync();
                    await stream.ResponseStream.MoveNext(options.CancellationToken);
                }

                break;
        }
    }

    private async Task AllRefusedAsync(TlsCredential credential, StatusCode code, string reason)
    {
        // The node hears of it within a second.
        await Wait.UntilAsync(async () => (await CallAsync("CatalogService/Search", credential.Certificate)).Failure is { } e && e.StatusCode == code && Refusal.Of(e).Reason == reason);
        foreach (var method in ForAccounts)
        {
            // Whatever closes the connection meanwhile, the call is sent again on a new one.
            var (status, e) = await CallAsync(method, credential.Certificate);
            Assert.Equal((method, code, reason), (method, status, Refusal.Of(e!).Reason));
        }
    }
}
