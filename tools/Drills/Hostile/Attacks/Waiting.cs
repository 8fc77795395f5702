using DataHub.RawHttp2;

namespace DataHub.Drills.Hostile.Attacks;

/// <summary>Calls that would last for ever.</summary>
internal sealed class LongDeadlines() : Attack("G8", "no deadline, and 100 hours")
{
    // Time beyond the limit until the answer must have come.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    public override async Task RunAsync(AttackField field)
    {
        // Kestrel closes connections on which the body of a unary call brings less than 240 bytes a second for 5 s.
        (string What, string Path, string? Deadline, TimeSpan Limit, string[] Right)[] kinds =
        [
            ("unary calls without message and deadline", Requests.Verify, null, field.Times.Unary, ["200/4", "closed"]),
            ("unary calls without message, of 100 hours", Requests.Verify, "100H", field.Times.LongestUnary, ["200/4", "closed"]),
            ("streams without message, of 100 hours", Requests.Push, "100H", field.Times.Idle, ["200/14"]),
        ];
        await Parallel.ForEachAsync(kinds.Index(), field.Stop, async (kind, _) =>
        {
            var (what, path, deadline, limit, right) = kind.Item;
            await using var peer = await field.ConnectAsync(kind.Index, field.Provider(kind.Index));
            await using var consumer = await field.ConnectAsync(kind.Index);
            var replies = new List<Http2Reply>();
            for (var i = 0; i < field.Count(100, least: 5); i++)
            {
                (string, string)[] more = deadline is null ? [] : [("grpc-timeout", deadline)];
                replies.Add(await (path == Requests.Push ? peer : consumer).BeginAsync(2 * i + 1, Requests.Headers(path, more)));
                field.Tally.Sent(what);
            }

            var all = Task.WhenAll(replies.Select(reply => reply.Ended));
            await Task.WhenAny(all, Task.Delay(limit + Grace, field.Stop));
            foreach (var reply in replies)
            {
                field.Tally.Answered(reply.Ended.IsCompleted ? Answers.Of(reply) : "still open", what, right);
            }
        });
    }
}

/// <summary>Messages that come a byte a second.</summary>
internal sealed class SlowStreams() : Attack("G9", "slow streams")
{
    private const int PerConnection = 100;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public override async Task RunAsync(AttackField field)
    {
        var streams = field.Count(1_000, least: 20);
        await Parallel.ForAsync(0, (streams + PerConnection - 1) / PerConnection, new ParallelOptions { MaxDegreeOfParallelism = streams, CancellationToken = field.Stop }, async (i, _) =>
            await DribbleAsync(field, i, Math.Min(PerConnection, streams - i * PerConnection)));
    }

    private static async Task DribbleAsync(AttackField field, int attacker, int count)
    {
        await using var peer = await field.ConnectAsync(attacker, field.Provider(attacker));
        var replies = new List<Http2Reply>();
        for (var i = 0; i < count; i++)
        {
            await field.Pace.WaitAsync(field.Stop);
            replies.Add(await peer.BeginAsync(2 * i + 1, Requests.Headers(Requests.Push)));
            await peer.WriteAsync(Frames.Frame(FrameType.Data, 0, 2 * i + 1, [0, 0, 0, 0x10, 0]));
            field.Tally.Sent("messages of a byte a second");
        }

        // The limit is looked at once for every span of progress, so that a stream may last two of them.
        var patience = (field.Times.Progress * 2) + TimeSpan.FromSeconds(10);
        for (var waited = TimeSpan.Zero; waited < patience && replies.Exists(reply => !reply.Ended.IsCompleted) && !peer.Closed.IsCompleted; waited += Pause)
        {
            await Task.Delay(Pause, field.Stop);
            byte[] bytes = [.. replies.Index().Where(reply => !reply.Item.Ended.IsCompleted).SelectMany(reply => Frames.Frame(FrameType.Data, 0, 2 * reply.Index + 1, [0]))];
            await peer.WriteAsync(bytes);
        }

        foreach (var reply in replies)
        {
            field.Tally.Answered(reply.Ended.IsCompleted ? Answers.Of(reply) : "still open", "a message of a byte a second", "200/1");
        }
    }
}

/// <summary>As many streams as the connections of many systems have room for, held open.</summary>
internal sealed class HeldStreams() : Attack("G11", "10,000 held streams")
{
    private const int PerConnection = 100;

    // 32 KiB for each of 10,000, and what the calls beside them need.
    private const int ForStreams = 10_000 * 32 / 1024;

    private static readonly TimeSpan Held = TimeSpan.FromSeconds(10);

    public override int MostGrowth => ForStreams + 128;

    public override async Task RunAsync(AttackField field)
    {
        var connections = field.Count(100, least: 2);
        var peers = new Http2Peer[connections];
        var replies = new Http2Reply[connections][];
        for (var c = 0; c < connections; c++)
        {
            peers[c] = await field.ConnectAsync(c, field.Provider(c));
            replies[c] = new Http2Reply[PerConnection];
            for (var i = 0; i < PerConnection; i++)
            {
                await field.Pace.WaitAsync(field.Stop);
                replies[c][i] = await peers[c].BeginAsync(2 * i + 1, Requests.Headers(Requests.Push));
                field.Tally.Sent("streams held");
            }
        }

        await Task.Delay(field.Times.Idle < Held ? field.Times.Idle / 4 : Held, field.Stop);
        foreach (var reply in replies.SelectMany(all => all))
        {
            // On a slow machine the first may have been told that they rest too long before the last began.
            field.Tally.Answered(reply.Ended.IsCompleted ? Answers.Of(reply) : "held to the end", "a held stream", "held to the end", "200/14");
        }

        foreach (var peer in peers)
        {
            await peer.DisposeAsync();
        }
    }
}
