using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using DataHub.RawHttp2;

namespace DataHub.Drills.Hostile.Attacks;

/// <summary>Connections that are held, begun, refused: everything short of a call.</summary>
internal sealed class ConnectionFlood() : Attack("G10", "connections half-open, idle, beyond their number, with wrong certificates or none")
{
    private const int PerCertificate = 8;
    private const int PerAddress = 150;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);

    // The beginning of a TLS record with a ClientHello of 512 bytes that never come.
    private static readonly byte[] HelloBegun = [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03];

    private readonly List<(string Name, Func<AttackField, X509Certificate2?> Certificate, string Right)> _wrong = [];

    public override void Prepare(AttackField field)
    {
        var now = TimeProvider.System.GetUtcNow();
        using var foreign = new Foreign(now);
        var (self, other, oversized) = (Foreign.SelfSigned(now), foreign.Issue(now, extraBytes: 0), foreign.Issue(now, extraBytes: 12_000));
        _wrong.AddRange(
        [
            ("no certificate", _ => null, "200/16 CERTIFICATE_REQUIRED"), ("an expired certificate", f => f.Expired, "closed"), ("a self-signed certificate", _ => self, "closed"),
            ("a foreign certificate", _ => other, "closed"), ("an oversized certificate", _ => oversized, "closed"),
        ]);
    }

    public override async Task RunAsync(AttackField field)
    {
        await Task.WhenAll(HalfOpenAsync(field), IdleAsync(field));
        await Calls.EachAsync(field, field.Count(200, least: 10), 4, i => WrongAsync(field, i, _wrong[i % _wrong.Count]));
        await Strangers.FloodAsync(field);
        await Strangers.GuessAsync(field);
    }

    /// <summary>Connections from many addresses that shake no hands, more than the hub has places for.</summary>
    private static async Task HalfOpenAsync(AttackField field)
    {
        var sockets = new List<Socket>();
        for (var i = 0; i < field.Count(4_000, least: 40); i++)
        {
            await field.Pace.WaitAsync(field.Stop);
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            sockets.Add(socket);
            socket.Bind(new IPEndPoint(AttackField.AddressOf(100 + i / PerAddress), 0));
            await socket.ConnectAsync(field.Address.Host, field.Address.Port, field.Stop);
            await (i % 2 == 0 ? Task.CompletedTask : socket.SendAsync(HelloBegun, field.Stop).AsTask());
            field.Tally.Sent(i % 2 == 0 ? "connections without a word" : "handshakes begun");
        }

        foreach (var socket in sockets)
        {
            var isClosed = await IsClosedAsync(socket, field.Stop);
            field.Tally.Answered(isClosed ? "unfinished connections closed" : "still open", "an unfinished connection", "unfinished connections closed");
            socket.Dispose();
        }
    }

    /// <summary>A certificate's full number of connections that do nothing, and one more.</summary>
    private static Task IdleAsync(AttackField field) => Calls.EachAsync(field, field.Count(20, least: 2), 20, async attacker =>
    {
        var idle = new List<Http2Peer>();
        for (var i = 0; i < PerCertificate; i++)
        {
            idle.Add(await field.ConnectAsync(attacker));
            field.Tally.Sent("idle connections");
        }

        // Each has its place before the ninth comes.
        await Task.WhenAll((await Task.WhenAll(idle.Select(peer => peer.RequestAsync(1, Requests.Headers(Requests.Health), Requests.Empty)))).Select(reply => reply.Ended)).WaitAsync(Patience, field.Stop);
        field.Tally.Sent("ninth connections");
        field.Tally.Answered(await OutcomeAsync(field, attacker, field.Consumer(attacker)), "a ninth connection", "closed");
        await Task.Delay(Rest, field.Stop);
        foreach (var peer in idle)
        {
            field.Tally.Answered(peer.Closed.IsCompleted ? "idle ones closed" : "idle ones kept", "an idle connection", "idle ones kept");
            await peer.DisposeAsync();
        }
    });

    private static async Task WrongAsync(AttackField field, int attacker, (string Name, Func<AttackField, X509Certificate2?> Certificate, string Right) kind)
    {
        field.Tally.Sent($"connections with {kind.Name}");
        field.Tally.Answered(await OutcomeAsync(field, attacker, kind.Certificate(field)), $"a call with {kind.Name}", kind.Right);
    }

    private static async Task<string> OutcomeAsync(AttackField field, int attacker, X509Certificate2? certificate)
    {
        try
        {
            await using var peer = await field.ConnectAsync(attacker, certificate);
            var reply = await peer.RequestAsync(1, Requests.Headers(Requests.Health), Requests.Empty);
            await reply.Ended.WaitAsync(Patience, field.Stop);
            return Answers.Of(reply);
        }
        catch (Exception e) when (AttackField.IsHangup(e))
        {
            return "closed";
        }
        catch (TimeoutException)
        {
            return "neither answered nor closed";
        }
    }

    private static async Task<bool> IsClosedAsync(Socket socket, CancellationToken stop)
    {
        try
        {
            // A hub that hangs up politely sends an alert first.
            var patience = Task.Delay(Patience, stop);
            var buffer = new byte[256];
            while (true)
            {
                var read = socket.ReceiveAsync(buffer);
                if (await Task.WhenAny(read, patience) == patience)
                {
                    return false;
                }

                if (await read == 0)
                {
                    return true;
                }
            }
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
