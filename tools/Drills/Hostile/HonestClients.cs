using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using DataHub.Crypto.Certificates;
using Grpc.Core;
using Grpc.Net.Client;

namespace DataHub.Drills.Hostile;

/// <summary>
/// Clients that behave: four keep their connection and ask, one pushes, one comes anew each time. All calls reach the database. Each makes its next call
/// a little after the last was answered, so that they never load a core.
/// </summary>
internal sealed class HonestClients : IAsyncDisposable
{
    private const int Askers = 4;

    private static readonly TimeSpan AskPause = TimeSpan.FromMilliseconds(12);
    private static readonly TimeSpan PushPause = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan NewcomerPause = TimeSpan.FromMilliseconds(500);

    private readonly Uri _address;
    private readonly X509Certificate2Collection _roots;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly List<IDisposable> _held = [];
    private List<double> _calls = [];
    private List<double> _newcomers = [];
    private List<string> _failures = [];
    private Task _working = Task.CompletedTask;

    private HonestClients(Uri address, X509Certificate2Collection roots)
    {
        _address = address;
        _roots = roots;
    }

    /// <summary>Registers the resource, pushes the person everyone asks about, and begins.</summary>
    public static async Task<HonestClients> StartAsync(Uri address, DrillSystems systems, HonestCredentials credentials, HostileOptions options, CancellationToken cancellationToken)
    {
        var clients = new HonestClients(address, TlsTrust.ReadRoots(systems.RootsFile));
        try
        {
            var publisher = new HonestPublisher(clients.Open(credentials.Publisher), options.Resource);
            await publisher.RegisterAsync(cancellationToken);
            await publisher.PushAsync(cancellationToken);
            clients.Begin(publisher, credentials);
            return clients;
        }
        catch
        {
            await clients.DisposeAsync();
            throw;
        }
    }

    /// <summary>What the calls since the last time took: those on standing connections, and those of newcomers, handshake included.</summary>
    public (Latencies Calls, Latencies Newcomers) Take()
    {
        lock (_gate)
        {
            var taken = (new Latencies([.. _calls.Order()], [.. _failures]), new Latencies([.. _newcomers.Order()], []));
            (_calls, _newcomers, _failures) = ([], [], []);
            return taken;
        }
    }

    /// <summary>Completes once a call was answered since the last <see cref="Take"/>, or after a while.</summary>
    public async Task AnsweredAsync(TimeSpan patience)
    {
        for (var waited = TimeSpan.Zero; waited < patience && !HasAnswers(); waited += Look)
        {
            await Task.Delay(Look);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _working;
        _held.ForEach(held => held.Dispose());
        _stop.Dispose();
    }

    private void Begin(HonestPublisher publisher, HonestCredentials credentials)
    {
        var askers = credentials.Consumers.Take(Askers).Select(file => new HonestAsker(Open(file))).ToList();
        _working = Task.WhenAll(
        [
            .. askers.Select(asker => WorkAsync(asker.AskAsync, AskPause, () => _calls)),
            WorkAsync(publisher.PushAsync, PushPause, () => _calls),
            WorkAsync(token => ComeAnewAsync(credentials.Consumers[^1], token), NewcomerPause, () => _newcomers),
        ]);
    }

    private async Task ComeAnewAsync(string file, CancellationToken cancellationToken)
    {
        using var credential = TlsCredential.Load(file);
        using var channel = Connect(credential);
        await new HonestAsker(channel).AskAsync(cancellationToken);
    }

    private GrpcChannel Open(string file)
    {
        var credential = TlsCredential.Load(file);
        var channel = Connect(credential);
        _held.AddRange([channel, credential]);
        return channel;
    }

    private GrpcChannel Connect(TlsCredential credential) => HubChannel.Open(_address, _roots, credential);

    private async Task WorkAsync(Func<CancellationToken, Task> call, TimeSpan pause, Func<List<double>> into)
    {
        while (!_stop.IsCancellationRequested)
        {
            var clock = Stopwatch.GetTimestamp();
            try
            {
                await call(_stop.Token);
                Note(() => into().Add(Stopwatch.GetElapsedTime(clock).TotalMilliseconds));
            }
            catch (Exception e) when (_stop.IsCancellationRequested && e is RpcException or OperationCanceledException)
            {
                return;
            }
            catch (Exception e) when (e is RpcException or InvalidDataException)
            {
                Note(() => _failures.Add(string.Create(CultureInfo.InvariantCulture, $"after {Stopwatch.GetElapsedTime(clock).TotalMilliseconds:0} ms: {e.Message}")));
            }

            await Task.Delay(pause, _stop.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    private bool HasAnswers()
    {
        lock (_gate)
        {
            return _calls.Count > 0;
        }
    }

    private void Note(Action add)
    {
        lock (_gate)
        {
            add();
        }
    }
}

/// <summary>Certificate files of the honest.</summary>
/// <param name="Consumers">Those who ask; the last is the newcomer.</param>
/// <param name="Publisher">Who pushes.</param>
internal sealed record HonestCredentials(IReadOnlyList<string> Consumers, string Publisher);
