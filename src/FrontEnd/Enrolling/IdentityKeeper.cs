using System.Security.Cryptography;
using DataHub.Crypto.Certificates;
using DataHub.FrontEnd.Pushing;
using DataHub.Kernel.Faults;
using DataHub.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace DataHub.FrontEnd.Enrolling;

/// <summary>What a running program tells with a heartbeat.</summary>
/// <param name="Version">Version of the program.</param>
/// <param name="Backlog">Rows or files that wait.</param>
/// <param name="HeadSize">Size of the newest ledger head that was checked; 0 = none.</param>
public readonly record struct HeartbeatFacts(string Version, long Backlog, long HeadSize);

/// <summary>
/// Keeps an identity alive while its program runs: a heartbeat about every 30 seconds, and a new key and certificate when two thirds of the present one's life are over, a random twelfth of that life
/// later, so that a thousand systems that enrolled together do not renew together. While the hub is away it goes on trying, with growing pauses.
/// </summary>
/// <param name="identity">The identity.</param>
/// <param name="client">Calls under that identity.</param>
/// <param name="facts">What to tell.</param>
/// <param name="time">Clock.</param>
/// <param name="trouble">Is told each failure; may be null.</param>
public sealed class IdentityKeeper(HubIdentity identity, EnrolmentService.EnrolmentServiceClient client, Func<HeartbeatFacts> facts, TimeProvider time, Action<FaultException>? trouble = null)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(10);

    private readonly string _instance = Guid.NewGuid().ToString("n");
    private readonly double _late = Random.Shared.NextDouble();
    private string _nonce = "";

    /// <summary>Instant from which the present certificate is renewed.</summary>
    public DateTimeOffset RenewalDue
    {
        get
        {
            var certificate = identity.Certificate;
            var from = (DateTimeOffset)certificate.NotBefore.ToUniversalTime();
            var life = certificate.NotAfter.ToUniversalTime() - from;
            return from + life * 2 / 3 + life / 12 * _late;
        }
    }

    /// <summary>Clock of the hub minus the clock here, as of the last heartbeat.</summary>
    public TimeSpan HubClockOffset { get; private set; }

    /// <summary>Runs until cancelled.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var failures = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            failures = await TryOnceAsync(cancellationToken) ? 0 : failures + 1;
            var pause = failures == 0 ? Backoff.Spread(Period, from: 0.8, to: 1.2) : Backoff.After(failures);
            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>One heartbeat, and a renewal where one is due.</summary>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="RpcException">The hub is away or refuses.</exception>
    public async Task BeatAsync(CancellationToken cancellationToken)
    {
        var now = facts();
        var request = new HeartbeatRequest
        {
            Instance = _instance,
            Nonce = _nonce,
            Version = now.Version ?? "",
            Backlog = now.Backlog,
            HeadSize = now.HeadSize,
            Clock = time.GetUtcNow().ToTimestamp(),
        };
        using var limit = LimitOf(cancellationToken);
        var reply = await client.HeartbeatAsync(request, cancellationToken: limit.Token);
        _nonce = reply.Nonce;
        HubClockOffset = reply.Time.ToDateTimeOffset() - time.GetUtcNow();
        identity.TakeRoots(Enrolment.RootsOf(reply.Roots));

        // The hub's clock decides: by a clock here that is slow, the certificate would end before it seems to.
        if (time.GetUtcNow() + HubClockOffset >= RenewalDue)
        {
            await RenewAsync(cancellationToken);
        }
    }

    /// <summary>A new key and certificate now.</summary>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="RpcException">The hub is away or refuses.</exception>
    public async Task RenewAsync(CancellationToken cancellationToken)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new RenewRequest { Pkcs10 = ByteString.CopyFrom(Enrolment.RequestFor(key)) };
        using var limit = LimitOf(cancellationToken);
        var reply = await client.RenewAsync(request, cancellationToken: limit.Token);
        identity.Replace(TlsCredential.Of(key, [.. reply.Chain.Select(certificate => certificate.Memory)]), Enrolment.RootsOf(reply.Roots));
    }

    private async Task<bool> TryOnceAsync(CancellationToken cancellationToken)
    {
        try
        {
            await BeatAsync(cancellationToken);
            return true;
        }
        catch (RpcException e) when (!cancellationToken.IsCancellationRequested)
        {
            trouble?.Invoke(HubRefusal.IsHandshake(e) ? HubRefusal.CertificateRefused(e) : HubRefusal.ToFault(e));
            return false;
        }
        catch (Exception e) when (e is FaultException or IOException && !cancellationToken.IsCancellationRequested)
        {
            trouble?.Invoke(e as FaultException ?? new FaultException(FaultKind.Unavailable, "IDENTITY_NOT_KEPT", $"The new certificate could not be written: {e.Message}", e));
            return false;
        }
        catch (Exception e) when (e is RpcException or OperationCanceledException)
        {
            // Told to stop: RunAsync looks.
            return false;
        }
    }

    private static CancellationTokenSource LimitOf(CancellationToken cancellationToken)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(CallLimit);
        return limit;
    }
}
