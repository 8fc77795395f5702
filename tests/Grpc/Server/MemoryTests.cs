using System.Collections.Concurrent;
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
    public async Task UnknownFields_FillingAMessage_CostLittleMoreThanTheyAreLong()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers { Echo = (_, _) => Task.FromResult(new Note()) });

        // Field 9 as a number, two bytes each: half a million fields that nobody knows.
        var payload = new byte[MiB];
        for (var i = 0; i < payload.Length; i += 2)
        {
            (payload[i], payload[i + 1]) = (9 << 3, 1);
        }

        var frame = RawCall.Frame(payload);
        Assert.Equal("0", (await RawCall.SendAsync(server, RawCall.Echo, frame)).Status);
        var before = GC.GetTotalAllocatedBytes(precise: true);

        await RawCall.SendAsync(server, RawCall.Echo, frame);

        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, MiB, 40 * MiB);
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
