using DataHub.Host.Quotas;
using DataHub.Kernel.Faults;

namespace DataHub.Host.Tests.Quotas;

/// <summary>Who is served next; the test says when a call is done.</summary>
public sealed class FairGateTests
{
    private readonly List<string> _served = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Enter_PlacesFree_IsServedAtOnce()
    {
        var gate = new FairGate(new QuotaOptions { MaxInService = 2 });
        Assert.True(gate.EnterAsync("a", CallClass.Verify, Token).IsCompletedSuccessfully);
        Assert.True(gate.EnterAsync("a", CallClass.Verify, Token).IsCompletedSuccessfully);
        var third = gate.EnterAsync("a", CallClass.Verify, Token);
        Assert.False(third.IsCompleted);
        gate.Leave();
        await third;
    }

    [Fact]
    public async Task Leave_OneFloodsOthersAskNowAndThen_EachIsServedInTurn()
    {
        var gate = await BusyAsync(new QuotaOptions());
        var waiting = Enumerable.Range(0, 100).Select(_ => Ask(gate, "flood")).ToList();
        waiting.AddRange([Ask(gate, "a"), Ask(gate, "b"), Ask(gate, "a")]);
        await ServeAsync(gate, waiting);
        Assert.Equal(["flood", "a", "b", "flood", "a", "flood"], _served[..6]);
        Assert.Equal(103, _served.Count);
    }

    [Fact]
    public async Task Leave_WhoeverFloods_NobodyWaitsLongerThanOneRound()
    {
        var gate = await BusyAsync(new QuotaOptions());
        string[] departments = [.. Enumerable.Range(0, 9).Select(i => $"d{i}")];
        var waiting = Enumerable.Range(0, 200).Select(_ => Ask(gate, "flood")).ToList();
        for (var round = 0; round < 20; round++)
        {
            waiting.AddRange(departments.Select(department => Ask(gate, department)));
        }

        await ServeAsync(gate, waiting);
        Assert.All(departments, department => Assert.Equal(20, _served.Take(200).Count(served => served == department)));
    }

    [Fact]
    public async Task Leave_Weights_AreTurnsInARow()
    {
        var gate = await BusyAsync(new QuotaOptions { Weights = { ["police"] = 3 } });
        List<Task> waiting = [.. Enumerable.Range(0, 9).SelectMany(_ => (Task[])[Ask(gate, "a"), Ask(gate, "police")])];
        await ServeAsync(gate, waiting);
        Assert.Equal(["a", "police", "police", "police", "a", "police", "police", "police", "a"], _served[..9]);
    }

    [Fact]
    public async Task Leave_SeveralSorts_TheUrgentOneFirst()
    {
        var gate = await BusyAsync(new QuotaOptions());
        List<Task> waiting = [.. ((CallClass[])[CallClass.Administer, CallClass.Search, CallClass.Push, CallClass.Verify]).Select(callClass => Ask(gate, $"{callClass}", callClass))];
        await ServeAsync(gate, waiting);
        Assert.Equal(["Verify", "Push", "Search", "Administer"], _served);
    }

    [Fact]
    public async Task Enter_LineFull_IsRefusedAndOthersAreNot()
    {
        var gate = await BusyAsync(new QuotaOptions { MaxWaitingEach = 2 });
        List<Task> waiting = [Ask(gate, "flood"), Ask(gate, "flood")];
        var fault = Assert.Throws<FaultException>(() => { _ = gate.EnterAsync("flood", CallClass.Verify, Token); });
        Assert.Equal((FaultKind.OverQuota, "TOO_BUSY", TimeSpan.FromSeconds(1)), (fault.Kind, fault.Code, fault.RetryAfter));
        waiting.Add(Ask(gate, "a"));
        await ServeAsync(gate, waiting);
        Assert.Equal(["flood", "a", "flood"], _served);
    }

    [Fact]
    public async Task Enter_AllLinesTogetherFull_IsRefused()
    {
        var gate = await BusyAsync(new QuotaOptions { MaxWaiting = 3 });
        List<Task> waiting = [.. Enumerable.Range(0, 3).Select(i => Ask(gate, $"d{i}"))];
        Assert.Equal("TOO_BUSY", Assert.Throws<FaultException>(() => { _ = gate.EnterAsync("another", CallClass.Verify, Token); }).Code);
        await ServeAsync(gate, waiting);
        Assert.True(gate.EnterAsync("another", CallClass.Verify, Token).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Enter_CancelledWhileWaiting_LeavesTheLineAndItsPlaceToOthers()
    {
        var gate = await BusyAsync(new QuotaOptions { MaxWaitingEach = 1, MaxWaiting = 2 });
        using var impatient = new CancellationTokenSource();
        var gone = gate.EnterAsync("a", CallClass.Verify, impatient.Token);
        await impatient.CancelAsync();
        await Assert.ThrowsAsync<TaskCanceledException>(() => gone);
        await ServeAsync(gate, [Ask(gate, "a"), Ask(gate, "b")]);
        Assert.Equal(["a", "b"], _served);
    }

    [Fact]
    public async Task Enter_ManyAtOnceSomeImpatient_EveryPlaceComesBack()
    {
        var gate = new FairGate(new QuotaOptions { MaxInService = 4, MaxWaitingEach = 1_000 });
        var inService = 0;
        var most = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, 5_000), new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = Token }, async (i, _) =>
        {
            using var impatient = new CancellationTokenSource();
            var entering = gate.EnterAsync($"d{i % 7}", (CallClass)(i % 4), impatient.Token);
            if (i % 3 == 0)
            {
                await impatient.CancelAsync();
            }

            try
            {
                await entering;
            }
            catch (OperationCanceledException)
            {
                return;
            }

            var now = Interlocked.Increment(ref inService);
            InterlockedMax(ref most, now);
            await Task.Yield();
            Interlocked.Decrement(ref inService);
            gate.Leave();
        });
        Assert.InRange(most, 1, 4);
        for (var i = 0; i < 4; i++)
        {
            Assert.True(gate.EnterAsync("a", CallClass.Verify, Token).IsCompletedSuccessfully);
        }

        Assert.False(gate.EnterAsync("a", CallClass.Verify, Token).IsCompleted);
    }

    private static void InterlockedMax(ref int most, int now)
    {
        int seen;
        while (now > (seen = Volatile.Read(ref most)) && Interlocked.CompareExchange(ref most, now, seen) != seen)
        {
        }
    }

    // One place, and somebody has it.
    private static async Task<FairGate> BusyAsync(QuotaOptions options)
    {
        options.MaxInService = 1;
        var gate = new FairGate(options);
        await gate.EnterAsync("first", CallClass.Verify, Token);
        return gate;
    }

    private async Task Ask(FairGate gate, string organisation, CallClass callClass = CallClass.Verify)
    {
        await gate.EnterAsync(organisation, callClass, Token);
        _served.Add(organisation); // One at a time: there is one place.
    }

    // The call in service ends, and each that follows, until all are served.
    private static async Task ServeAsync(FairGate gate, List<Task> waiting)
    {
        for (var left = waiting.ToList(); left.Count > 0;)
        {
            gate.Leave();
            var served = await Task.WhenAny(left);
            await served;
            left.Remove(served);
        }

        gate.Leave();
    }
}
