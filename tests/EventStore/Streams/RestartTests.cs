using System.Diagnostics;
using DataHub.EventStore.Streams;
using DataHub.Kernel.Faults;

namespace DataHub.EventStore.Tests.Streams;

/// <summary>A server of its own that dies, or runs out of connections, under a store at work.</summary>
public sealed class RestartTests : OwnServerTest
{
    protected override int MaxConnections => 20;

    [Fact]
    public async Task AppendAsync_ServerKilledInTheMiddle_EachKeyedAppendIsThereOnce()
    {
        var appended = 0;
        var killed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var writers = Enumerable.Range(0, 4).Select(writer => Task.Run(
            async () =>
            {
                for (var i = 0; i < 60; i++)
                {
                    if (i == 30)
                    {
                        await killed.Task;
                    }

                    await UntilAppendedAsync($"w{writer}/{i}");
                    Interlocked.Increment(ref appended);
                }
            },
            Token)).ToList();

        var first = Server.ProcessId;
        using (var server = Process.GetProcessById(first))
        {
            server.Kill();
        }

        killed.SetResult();
        await Task.WhenAll(writers);
        Assert.NotEqual(first, Server.ProcessId);
        var all = await Store.ReadAllAsync(0, 1_000, Token);
        Assert.Equal(240, appended);
        Assert.Equal(240, all.Select(e => e.StreamId).Distinct().Count());
        Assert.Equal(240, all.Count);
    }

    [Fact]
    public async Task BeginAsync_NoConnectionLeft_IsRefusedAsUnavailableAndServedAgainAfterwards()
    {
        var held = new List<EventTransaction>();
        var code = "";
        while (code.Length == 0 && held.Count < 50)
        {
            try
            {
                held.Add(await Store.BeginAsync(Token));
            }
            catch (FaultException fault)
            {
                Assert.Equal(FaultKind.Unavailable, fault.Kind);
                Assert.NotNull(fault.RetryAfter);
                code = fault.Code;
            }
        }

        Assert.Equal("DATABASE_AWAY", code);
        Assert.InRange(held.Count, 10, 20);
        foreach (var transaction in held)
        {
            await transaction.DisposeAsync();
        }

        await Store.AppendAsync([Granted("s/a")], cancellationToken: Token);
    }

    private static NewEvent Granted(string stream) => new()
    {
        StreamId = stream,
        StreamType = "permit",
        ExpectedVersion = 0,
        Data = new PermitGranted("p", 1, PermitKind.Shop),
    };

    private async Task UntilAppendedAsync(string stream)
    {
        while (true)
        {
            try
            {
                await Store.AppendAsync([Granted(stream)], stream, cancellationToken: Token);
                return;
            }
            catch (FaultException fault) when (fault.Kind is FaultKind.Unavailable)
            {
                await Task.Delay(fault.RetryAfter!.Value / 20, Token);
            }
        }
    }
}
