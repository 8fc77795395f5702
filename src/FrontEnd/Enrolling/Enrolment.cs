using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DataHub.Crypto.Certificates;
using DataHub.FrontEnd.Pushing;
using DataHub.Kernel.Faults;
using DataHub.V1;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace DataHub.FrontEnd.Enrolling;

/// <summary>
/// Exchanges a token for an identity: 1 the hub's roots, checked against the fingerprint that came with the token; 2 a key, kept on disk before it is used, so that a repetition after a crash gets
/// the same certificate; 3 the token and a request for that key, over a connection checked against the root; 4 the certificate, kept with the key. The key never leaves this machine.
/// </summary>
/// <param name="hub">Address of the hub.</param>
/// <param name="time">Clock.</param>
public sealed class Enrolment(Uri hub, TimeProvider time)
{
    private const string PendingKey = "enrolling.key";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int Attempts = 5;

    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(10);

    /// <summary>Enrols.</summary>
    /// <param name="token">The token.</param>
    /// <param name="rootFingerprint">SHA-256 of the hub's root, hexadecimal, colons allowed.</param>
    /// <param name="folder">Where <c>{account}.pem</c> and <c>tls-root.crt</c> are to lie; made if missing.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>The identity's file.</returns>
    /// <exception cref="FaultException"><c>ROOT_FINGERPRINT</c>: the hub at this address has no such root; or what the hub refuses.</exception>
    public async Task<string> EnrolAsync(string token, string rootFingerprint, string folder, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rootFingerprint);
        var root = await FindRootAsync(rootFingerprint.Replace(":", "", StringComparison.Ordinal), cancellationToken);
        Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
        using var key = PrepareKey(Path.Combine(folder, PendingKey));
        var reply = await AskAsync(token, key, root, cancellationToken);
        var file = Path.Combine(folder, $"{reply.Account}.pem");
        var credential = TlsCredential.Of(key, [.. reply.Chain.Select(certificate => certificate.Memory)]);
        HubIdentity.Create(file, credential, RootsOf(reply.Roots), time).Dispose();
        File.Delete(Path.Combine(folder, PendingKey));
        return file;
    }

    internal static X509Certificate2Collection RootsOf(IEnumerable<ByteString> roots) => [.. roots.Select(root => TlsTrust.ReadAuthority(root.Memory))];

    internal static byte[] RequestFor(ECDsa key) => new CertificateRequest("CN=enrolling", key, HashAlgorithmName.SHA256).CreateSigningRequest();

    // Whoever answers here may be anybody: it is told nothing, and what it says counts only if its fingerprint is the one known.
    private async Task<X509Certificate2> FindRootAsync(string fingerprint, CancellationToken cancellationToken)
    {
        using var channel = Connect((_, certificate, _, _) => certificate is not null);
        var reply = await RepeatAsync((client, limit) => client.GetRootsAsync(new GetRootsRequest(), cancellationToken: limit), channel, cancellationToken);
        return reply.Roots.Where(root => Convert.ToHexString(SHA256.HashData(root.Span)).Equals(fingerprint, StringComparison.OrdinalIgnoreCase)).Select(root => TlsTrust.ReadAuthority(root.Memory)).FirstOrDefault()
            ?? throw new FaultException(FaultKind.Denied, "ROOT_FINGERPRINT", $"The hub at {hub} has no root with this fingerprint; compare it with the one that came with the token, and the address.");
    }

    private async Task<CertificateReply> AskAsync(string token, ECDsa key, X509Certificate2 root, CancellationToken cancellationToken)
    {
        using var channel = Connect((_, certificate, chain, errors) => ServerTrust.IsTrusted(certificate, chain, errors, [root], time.GetUtcNow()));
        var request = new EnrolRequest { Token = token, Pkcs10 = ByteString.CopyFrom(RequestFor(key)) };
        return await RepeatAsync((client, limit) => client.EnrolAsync(request, cancellationToken: limit), channel, cancellationToken);
    }

    private async Task<T> RepeatAsync<T>(Func<EnrolmentService.EnrolmentServiceClient, CancellationToken, AsyncUnaryCall<T>> ask, GrpcChannel channel, CancellationToken cancellationToken)
    {
        var client = new EnrolmentService.EnrolmentServiceClient(channel);
        for (var attempt = 1; ; attempt++)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(CallLimit);
            try
            {
                return await ask(client, limit.Token);
            }
            catch (RpcException e) when (attempt < Attempts && !cancellationToken.IsCancellationRequested && e.StatusCode is StatusCode.Unavailable or StatusCode.Cancelled && !HubRefusal.IsHandshake(e))
            {
                // The answer may have been lost; the same token and key get the same certificate.
                await Task.Delay(Backoff.After(attempt), time, cancellationToken);
            }
        }
    }

    private GrpcChannel Connect(RemoteCertificateValidationCallback validate)
    {
        var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = validate, CertificateChainPolicy = ServerTrust.WithoutNetwork() },
        };
        return GrpcChannel.ForAddress(hub, new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });
    }

    private static ECDsa PrepareKey(string file)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        if (File.Exists(file))
        {
            key.ImportFromPem(File.ReadAllText(file));
            return key;
        }

        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly };
        using var stream = new FileStream(file, options);
        using var writer = new StreamWriter(stream);
        writer.Write(key.ExportPkcs8PrivateKeyPem());
        writer.Flush();
        stream.Flush(flushToDisk: true);
        return key;
    }
}
