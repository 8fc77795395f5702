using System.IO.Compression;
using DataHub.RawHttp2;

namespace DataHub.Drills.Hostile.Attacks;

/// <summary>A megabyte that says it is a gigabyte.</summary>
internal sealed class DecompressionBombs() : Attack("G5", "1 GB in a message of 1 MB")
{
    private const int AtOnce = 8;
    private const int Megabytes = 1_000;

    private byte[] _bomb = [];

    /// <summary>8 MiB for each that is under way.</summary>
    public override int MostGrowth => 8 * AtOnce;

    public override void Prepare(AttackField field)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
        {
            var zeros = new byte[1_000_000];
            for (var i = 0; i < Megabytes; i++)
            {
                gzip.Write(zeros);
            }
        }

        _bomb = Requests.Framed(packed.ToArray(), isCompressed: true);
    }

    public override async Task RunAsync(AttackField field)
    {
        await using var calls = new Calls(field, 0);
        await using var more = new Calls(field, 1);
        await Calls.EachAsync(field, field.Count(200, least: AtOnce), AtOnce, async i =>
        {
            field.Tally.Sent($"messages of {_bomb.Length:N0} bytes that unpack to 1 GB");
            var reply = await (i % 2 == 0 ? calls : more).SendAsync(Requests.Headers(Requests.Search, ("grpc-encoding", "gzip")), _bomb);
            field.Tally.Answered(Answers.Of(reply), "a decompression bomb", "200/8");
        });
    }
}

/// <summary>Messages as long as they may be that hold as much as they can.</summary>
internal sealed class Amplification() : Attack("G6", "empty sub-messages, unknown fields, long messages")
{
    private const int AtOnce = 8;
    private const int Most = 1024 * 1024;

    // Entries of a registration without content; a field of which nobody has heard, beside a good search; a byte too many.
    private static readonly (string What, string Path, byte[] Body, string Right)[] Kinds =
    [
        ("megabytes of empty sub-messages", Requests.Register, Requests.Framed(Frames.Repeated([0x0A, 0x00], Most / 2)), "200/8"),
        ("megabytes of unknown fields", Requests.Search, Requests.Framed([.. Requests.Found.AsSpan(5), .. Frames.Repeated([0xC0, 0x3E, 0x01], (Most - 64) / 3)]), "200/0"),
        ("megabytes of unknown groups", Requests.Search, Requests.Framed([.. Requests.Found.AsSpan(5), .. Frames.Repeated([0xC3, 0x3E, 0xC4, 0x3E], (Most - 64) / 4)]), "200/0"),
        ("messages above a megabyte", Requests.Verify, Requests.Framed(new byte[Most + 1]), "200/8"),
    ];

    public override async Task RunAsync(AttackField field)
    {
        await using var calls = new Calls(field, 0) { AsProvider = true };
        await using var more = new Calls(field, 1) { AsProvider = true };
        await Calls.EachAsync(field, field.Count(400, least: AtOnce), AtOnce, async i =>
        {
            var (what, path, body, right) = Kinds[i % Kinds.Length];
            field.Tally.Sent(what);
            var reply = await (i % 2 == 0 ? calls : more).SendAsync(Requests.Headers(path), body);
            field.Tally.Answered(Answers.Of(reply), what, right);
        });
    }
}

/// <summary>Asking what there is.</summary>
internal sealed class Probing() : Attack("G7", "reflection and health probing")
{
    private static readonly (string What, string Path, byte[] Body, string Right)[] Kinds =
    [
        ("reflection calls", Requests.Reflection, Requests.Framed([0x3A, 0x00]), "200/12"),
        ("health checks", Requests.Health, Requests.Empty, "200/0"),
        ("health checks of guessed services", Requests.Health, Requests.Framed([0x0A, 0x05, .. "guess"u8]), "200/5 SERVICE_UNKNOWN"),
        ("guessed methods", "/datahub.v1.AdminService/Dump", Requests.Empty, "200/12"),
    ];

    public override async Task RunAsync(AttackField field)
    {
        await using var calls = new Calls(field, 0);
        await Calls.EachAsync(field, field.Count(20_000, least: 40), 20, async i =>
        {
            var (what, path, body, right) = Kinds[i % Kinds.Length];
            field.Tally.Sent(what);
            field.Tally.Answered(Answers.Of(await calls.SendAsync(Requests.Headers(path), body)), what, right);
        });
    }
}

/// <summary>Messages made of good ones by changing, cutting, doubling and nesting their bytes.</summary>
internal sealed class MutatedMessages() : Attack("G12", "mutated and nested messages")
{
    private const int Connections = 4;
    private const int AtOnce = 32;
    private const int Seed = 20_260_713;

    // Everything a handler may say on purpose, and INTERNAL for what does not parse.
    private static readonly string[] Right = [.. new[] { 0, 3, 5, 6, 7, 8, 9, 10, 13, 16 }.Select(code => $"200/{code}")];

    // What would keep the messages from the handlers, and the row from saying anything.
    private static readonly string[] Doors = ["CERTIFICATE_UNKNOWN", "ACCESS_UNKNOWN", "GRANT_REQUIRED", "QUOTA", "TOO_BUSY"];

    public override async Task RunAsync(AttackField field)
    {
        var attackers = Enumerable.Range(0, Connections).Select(i => new Calls(field, i) { AsProvider = i % 2 == 0 }).ToList();
        await Calls.EachAsync(field, field.Count(field.Cases, least: 200), AtOnce, async i =>
        {
            var (path, body) = Mutator.Mutated(new Random(Seed + i));
            field.Tally.Sent("mutated messages");
            var reply = await attackers[i % Connections].SendAsync(Requests.Headers(path), body);
            field.Tally.Answered(reply.Outcome, $"a mutated message to {path}", Right);
            if (Answers.ReasonOf(reply) is { } reason && Doors.Contains(reason))
            {
                field.Tally.Wrong($"a mutated message to {path} got no further than {reason}");
            }

            if (reply.Values("grpc-message").Any(message => message.Contains("The%20hub%20failed", StringComparison.Ordinal) || message.Contains("The hub failed", StringComparison.Ordinal)))
            {
                field.Tally.Wrong($"{path} failed in a way nobody foresaw on message {Seed + i}");
            }
        });
        foreach (var attacker in attackers)
        {
            await attacker.DisposeAsync();
        }
    }
}

/// <summary>Headers that say too much, too little, twice or wrong.</summary>
internal sealed class HeaderSets() : Attack("G13", "generated header sets")
{
    private const int AtOnce = 20;
    private const int Seed = 20_260_713;

    public override async Task RunAsync(AttackField field)
    {
        await using var calls = new Calls(field, 0);
        await Calls.EachAsync(field, field.Count(10_000, least: 200), AtOnce, async i =>
        {
            var set = HeaderSet.Generate(new Random(Seed + i), "https", Requests.Search);
            field.Tally.Sent("header sets");
            var outcome = Answers.Of(await calls.SendAsync(set.Headers, Requests.Found));

            // Metadata that is no base64 matters only to a handler that reads it; and some sets carry a deadline of a tenth of a second.
            string[] right = set.Expected is "200/0" or "200/13" ? [set.Expected, "200/0", "200/4"] : [set.Expected];
            field.Tally.Answered(outcome, $"a header set for {set.Expected}", right);
        });
    }
}
