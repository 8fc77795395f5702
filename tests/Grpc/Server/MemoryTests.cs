using System.Collections.Concurrent;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Tests.Protos;
using Grpc.Tests.Support;

namespace Grpc.Tests.Server;

[CollectionDefinition(nameof(MemoryTests), DisableParallelization = true)]
public sealed class MemoryCollection;

/// <summary>What hostile requests cost in memory; alone, because the process is measured.</summary>
[Collection(nameof(MemoryTests))]
public sealed class MemoryTests
{
    private const int MiB = 1024 * 1024;
    private const string Gather = "/datahub.probe.Probe/Gather";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Bombs_OfAGigabyte_AreRefusedWithinEightMebibytes()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers());
        var bomb = Bomb();
        await ThrowAsync(server, bomb, times: 4);
        var before = Environment.WorkingSet;

        await ThrowAsync(server, bomb, times: 4);

        Assert.InRange(Environment.WorkingSet - before, long.MinValue, 8 * MiB);
    }

    [Fact]
    public async Task UnknownFields_FillingAMessage_CostNothing()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers { Echo = (_, _) => Task.FromResult(new Note()) });

        // Field 9 as a number: half a million fields that nobody knows.
        var payload = Filled(9 << 3, 1);

        Assert.InRange(await CostAsync(server, RawCall.Echo, payload, status: "0"), 0, 2 * MiB);
        Assert.InRange(AllocatedBy(() => Note.Parser.ParseFrom(payload)), 8 * MiB, long.MaxValue);
    }

    [Theory]
    [InlineData("in one list")]
    [InlineData("in ten thousand lists")]
    [InlineData("in a thousand chains")]
    public async Task EmptyMessages_FillingAMessage_AreRefusedBeforeTheyCostAnything(string where)
    {
        var payload = where switch
        {
            // Lists in the elements of a list: none of them is long.
            "in ten thousand lists" => new Basket { Baskets = { Enumerable.Repeat(new Basket { Notes = { Enumerable.Repeat(new Note(), 50) } }, 10_000) } }.ToByteArray(),
            "in a thousand chains" => new Basket { Baskets = { Enumerable.Repeat(Enumerable.Range(0, 90).Aggregate(new Basket(), (inner, _) => new Basket { Inner = inner }), 4_000) } }.ToByteArray(),
            _ => Filled(1 << 3 | 2, 0),
        };
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers());
        await using var unbounded = await ProbeServer.StartAsync(new ProbeHandlers(), new ServerSetup { Settings = { ["Grpc:Limits:MaxRepeated"] = "10000000" } });

        Assert.InRange(payload.Length, MiB / 2, MiB);
        Assert.InRange(await CostAsync(server, Gather, payload, status: "8"), 0, 2 * MiB);
        Assert.InRange(await CostAsync(unbounded, Gather, payload, status: "0"), 20 * MiB, long.MaxValue);
    }

    [Fact]
    public async Task Streams_HeldByTheThousand_CostLittleEach()
    {
        const int Connections = 10;
        const int Streams = 1_000;
        var open = new CountdownEvent(Streams);
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers
        {
            Chat = async (requests, _, _) =>
            {
                open.Signal();
                await requests.MoveNext(CancellationToken.None);
            },
        });
        await server.Client.EchoAsync(new Note(), cancellationToken: Token);
        var channels = Enumerable.Range(0, Connections).Select(_ => server.Connect(new GrpcChannelOptions())).ToList();
        var calls = new ConcurrentBag<AsyncDuplexStreamingCall<Note, Note>>();
        var before = GC.GetTotalMemory(forceFullCollection: true);

        foreach (var i in Enumerable.Range(0, Streams))
        {
            calls.Add(new Probe.ProbeClient(channels[i % Connections]).Chat(cancellationToken: Token));
        }

        Assert.True(open.Wait(Wait.Patience, Token));
        var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / Streams;

        // Both ends live in this process.
        Assert.InRange(each, 1, 2 * 32 * 1024);
        foreach (var call in calls)
        {
            call.Dispose();
        }

        channels.ForEach(channel => channel.Dispose());
    }

    /// <summary>Bytes allocated in client and server together while a request is answered, the second time.</summary>
    private static async Task<long> CostAsync(ProbeServer server, string path, byte[] payload, string status)
    {
        var frame = RawCall.Frame(payload);
        Assert.Equal(status, (await RawCall.SendAsync(server, path, frame)).Status);
        var before = GC.GetTotalAllocatedBytes(precise: true);

        await RawCall.SendAsync(server, path, frame);

        return GC.GetTotalAllocatedBytes(precise: true) - before;
    }

    private static long AllocatedBy(Action act)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        act();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    /// <summary>A mebibyte of the same two octets.</summary>
    private static byte[] Filled(byte first, byte second) => [.. Enumerable.Repeat<byte[]>([first, second], MiB / 2).SelectMany(pair => pair)];

    private static async Task ThrowAsync(ProbeServer server, byte[] bomb, int times)
    {
        for (var i = 0; i < times; i++)
        {
            Assert.Equal("8", (await RawCall.SendAsync(server, RawCall.Echo, bomb, ("grpc-encoding", "gzip"))).Status);
        }
    }

    /// <summary>A gibibyte of zeros in just under a mebibyte: members of gzip follow each other.</summary>
    private static byte[] Bomb()
    {
        using var member = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(member, System.IO.Compression.CompressionLevel.SmallestSize, leaveOpen: true))
        {
            gzip.Write(new byte[16 * MiB]);
        }

        var bomb = RawCall.Frame([.. Enumerable.Repeat(member.ToArray(), 64).SelectMany(part => part)], flag: 1);
        Assert.InRange(bomb.Length, MiB / 2, MiB);
        return bomb;
    }
}
