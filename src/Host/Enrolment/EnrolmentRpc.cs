using System.Net;
using System.Security.Cryptography.X509Certificates;
using DataHub.Contracts;
using DataHub.Host.Access;
using DataHub.Host.Keys;
using DataHub.Kernel.Access;
using DataHub.Kernel.Faults;
using DataHub.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace DataHub.Host.Enrolment;

/// <summary>Certificates of accounts over the wire: parse, call, answer.</summary>
internal sealed class EnrolmentRpc(TokenDesk tokens, EnrolmentDesk enrolment, RenewalDesk renewal, HeartbeatDesk heartbeats, ServerCertificate server, TimeProvider time) : EnrolmentService.EnrolmentServiceBase
{
    private const int DefaultHours = 24;
    private const int LongestReason = 200;

    [AllowRoles(SystemRole.SystemAdministrator)]
    public override async Task<CreateTokensReply> CreateTokens(CreateTokensRequest request, ServerCallContext context)
    {
        var life = TimeSpan.FromHours(request.ValidHours == 0 ? DefaultHours : request.ValidHours);
        var issued = await tokens.CreateAsync(request.Accounts, life, context.Caller().SystemId, context.CancellationToken);
        context.Notes().Target = issued.Count == 1 ? issued[0].Account : $"{issued.Count} accounts";
        return new CreateTokensReply
        {
            RootFingerprint = server.RootFingerprint,
            Tokens = { issued.Select(token => new V1.EnrolmentToken { Account = token.Account, Token = token.Token, Expires = token.Expires.ToTimestamp() }) },
        };
    }

    [AllowRoles]
    [AllowStrangers]
    public override Task<GetRootsReply> GetRoots(GetRootsRequest request, ServerCallContext context) => Task.FromResult(new GetRootsReply { Roots = { Roots() } });

    [AllowRoles]
    [AllowStrangers]
    public override async Task<CertificateReply> Enrol(EnrolRequest request, ServerCallContext context)
    {
        var issued = await enrolment.EnrolAsync(request.Token, request.Pkcs10.Memory, AddressOf(context), context.CancellationToken);
        context.Notes().Target = issued.Account;
        return ToReply(issued);
    }

    [AllowRoles]
    public override async Task<CertificateReply> Renew(RenewRequest request, ServerCallContext context) =>
        ToReply(await renewal.RenewAsync(context.Caller().SystemId, CertificateOf(context), request.Pkcs10.Memory, context.CancellationToken));

    [AllowRoles]
    public override async Task<SupersedeReply> Supersede(SupersedeRequest request, ServerCallContext context) =>
        new() { Revoked = await renewal.SupersedeAsync(context.Caller().SystemId, CertificateOf(context), context.CancellationToken) };

    [AllowRoles]
    public override async Task<HeartbeatReply> Heartbeat(HeartbeatRequest request, ServerCallContext context)
    {
        var address = AddressOf(context)?.ToString() ?? "";
        var nonce = await heartbeats.BeatAsync(context.Caller().SystemId, Enrolment.Heartbeat.Of(request), address, context.CancellationToken);
        return new HeartbeatReply
        {
            Time = time.GetUtcNow().ToTimestamp(),
            Nonce = nonce,
            Renew = renewal.IsDue(CertificateFacts.Of(CertificateOf(context))),
            Roots = { Roots() },
        };
    }

    [AllowRoles(SystemRole.SystemAdministrator, SystemRole.Steward)]
    public override async Task<ListProcessorsReply> ListProcessors(ListProcessorsRequest request, ServerCallContext context)
    {
        var known = await heartbeats.ListAsync(context.CancellationToken);
        return new ListProcessorsReply { Processors = { known.Where(processor => !request.OnlyDark || heartbeats.IsDark(processor)).Select(ToWire) } };
    }

    [AllowRoles(SystemRole.SecurityAdministrator)]
    public override async Task<RevokeCertificatesReply> Revoke(RevokeCertificatesRequest request, ServerCallContext context)
    {
        var reason = Require.Text(request.Reason, "reason", LongestReason);
        context.Notes().Target = request.Account.Length > 0 ? request.Account : request.Serial;
        return new RevokeCertificatesReply
        {
            Revoked = await renewal.RevokeAsync(request.Account, request.Serial, reason, context.Caller().SystemId, context.CancellationToken),
        };
    }

    // A call that got past access control came over a connection with a certificate.
    private static X509Certificate2 CertificateOf(ServerCallContext context) => context.GetHttpContext().Connection.ClientCertificate!;

    private static IPAddress? AddressOf(ServerCallContext context) => context.GetHttpContext().Connection.RemoteIpAddress;

    private IEnumerable<ByteString> Roots() => server.Roots.Select(root => ByteString.CopyFrom(root.RawData));

    private CertificateReply ToReply(IssuedChain issued) =>
        new() { Account = issued.Account, Chain = { issued.Chain.Select(ByteString.CopyFrom) }, Roots = { Roots() } };

    private Processor ToWire(KnownProcessor known) => new()
    {
        Account = known.Account,
        Organisation = known.Organisation,
        LastSeen = known.SeenAt?.ToTimestamp(),
        DarkSince = heartbeats.IsDark(known) ? (known.SeenAt + HeartbeatDesk.DarkAfter)?.ToTimestamp() : null,
        Version = known.Version,
        ClockOffsetMs = known.ClockOffsetMs,
        Backlog = known.Backlog,
        Address = known.Address,
        HeadSize = known.HeadSize,
        CertificateEnds = known.CertificateEnds?.ToTimestamp(),
        Cloned = known.ClonedAt is { } cloned && time.GetUtcNow() - cloned < TimeSpan.FromDays(1),
    };
}
