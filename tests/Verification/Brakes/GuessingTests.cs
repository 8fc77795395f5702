using System.Collections.Concurrent;
using System.Globalization;
using DataHub.Kernel.Access;
using DataHub.Kernel.Faults;
using DataHub.Kernel.Identifiers;
using DataHub.TestKit;
using DataHub.V1;
using DataHub.Verification.Brakes;
using DataHub.Verification.Tests.Support;
using static DataHub.Verification.Tests.Support.Requests;

namespace DataHub.Verification.Tests.Brakes;

/// <summary>A thousand candidates, through three nodes on one database.</summary>
public sealed class GuessingTests(VerificationFixture postgres) : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private TestDatabase _database = null!;
    private VerificationNode[] _nodes = null!;

    private VerificationNode Hub => _nodes[0];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CloneAsync();
        _nodes = [.. Enumerable.Range(0, 3).Select(_ => new VerificationNode(_database, _time, ("DelayStep", "00:00:00")))];
        foreach (var node in _nodes)
        {
            node.Records.Hold(Pseudonym(Zhang), ("area", "1000"));
            for (var caller = 0; caller < 50; caller++)
            {
                node.Grants.Add(Organisation(caller), [Grant.Any]);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }

        await _database.DisposeAsync();
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(3, 15)]
    [InlineData(50, 20)]
    public async Task Answer_AThousandValuesForOneSubject_NoMoreThanTheBudgetIsAnswered(int callers, int budget)
    {
        var outcomes = await GuessAsync(Enumerable.Range(0, 999).Select(i => Of($"r{i}", Houses.Claim("area", value: i.ToString(CultureInfo.InvariantCulture)))), callers);
        Assert.Equal((budget, 999 - budget), (outcomes.Count(outcome => outcome == "NoMatch"), outcomes.Count(outcome => outcome == "MISMATCH_BUDGET")));

        // The right one comes too late, from whomever.
        Assert.Equal("MISMATCH_BUDGET", await Hub.OutcomeAsync(Of("last", Houses.Claim("area", value: "1000")), Caller(0)));
        Assert.Equal(budget, Convert.ToInt32(await _database.SuperuserAsync("select count(*) from datahub.ledger_entry"), CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(50)]
    public async Task Answer_AThousandIdsOfOneBirthDate_NoMoreThanTheBudgetIsAnswered(int callers)
    {
        var outcomes = await GuessAsync(Neighbours().Where(id => id != Zhang).Select((id, i) => About(id, $"r{i}", Houses.Claim("area", value: "1000"))), callers);
        Assert.Equal((20, 979), (outcomes.Count(outcome => outcome == "NoRecord"), outcomes.Count(outcome => outcome == "MISMATCH_BUDGET")));
        Assert.Equal("MISMATCH_BUDGET", await Hub.OutcomeAsync(Of("last", Houses.Claim("area", value: "1000")), Caller(0)));
    }

    [Fact]
    public async Task Answer_GuessesUnderWayTogether_TheRightOneIsHeldBackOnceTheBudgetIsGone()
    {
        // All have been looked up before any is answered: nothing was counted when they came in.
        _nodes[0].Records.Arrivals = 200;
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(
            () => Hub.OutcomeAsync(Of($"r{i}", Houses.Claim("area", value: i.ToString(CultureInfo.InvariantCulture))), Caller(i % 50)), Token)));
        Assert.Equal(20, outcomes.Count(outcome => outcome == "NoMatch"));
    }

    [Fact]
    public async Task Answer_MatchesOnly_WriteAndUseUpNothing()
    {
        for (var i = 0; i < 30; i++)
        {
            Assert.Equal("Match", await Hub.OutcomeAsync(Of($"r{i}", Houses.Claim("area", value: "1000"))));
        }

        Assert.Equal(0L, await _database.SuperuserAsync("select count(*) from datahub.mismatch"));
    }

    [Fact]
    public async Task Answer_OverBudget_SaysWhenAndNothingElse()
    {
        await GuessAsync(Enumerable.Range(0, 5).Select(Wrong), callers: 1);
        var wrong = await Hub.RefusedAsync("MISMATCH_BUDGET", Wrong(6), Caller(0));
        var right = await Hub.RefusedAsync("MISMATCH_BUDGET", Of("right", Houses.Claim("area", value: "1000")), Caller(0));
        Assert.Equal((FaultKind.OverQuota, TimeSpan.FromHours(24)), (wrong.Kind, wrong.RetryAfter));
        Assert.Equal((wrong.Message, wrong.RetryAfter), (right.Message, right.RetryAfter));

        // Others may still ask, until the hub's budget is gone; and so may the same caller, of somebody else.
        Assert.Equal("Match", await Hub.OutcomeAsync(Of("right", Houses.Claim("area", value: "1000")), Caller(1)));
        Assert.Equal("NoRecord", await Hub.OutcomeAsync(About("11010519500101002" + ResidentId.CheckCharacter("11010519500101002"), "other", Houses.Claim("area", value: "1000")), Caller(0)));
    }

    [Fact]
    public async Task Answer_ADayLater_TheBudgetIsNew()
    {
        await GuessAsync(Enumerable.Range(0, 5).Select(Wrong), callers: 1);
        _time.Advance(TimeSpan.FromHours(23.9));
        Assert.Equal(TimeSpan.FromMinutes(15), (await Hub.RefusedAsync("MISMATCH_BUDGET", Wrong(6), Caller(0))).RetryAfter);
        _time.Advance(TimeSpan.FromHours(0.1));
        Assert.Equal("NoMatch", await Hub.OutcomeAsync(Wrong(7), Caller(0)));
        Assert.Equal(10, await Hub.Get<MismatchBudget>().ForgetAsync(Token));
        Assert.Equal(2L, await _database.SuperuserAsync("select count(*) from datahub.mismatch"));
    }

    [Fact]
    public async Task Answer_ManyGuessesInOneQuestion_CountOneByOne()
    {
        var six = Enumerable.Range(0, 6).Select(i => Houses.Claim("area", value: i.ToString(CultureInfo.InvariantCulture), id: $"c{i}")).ToArray();
        Assert.Equal("MISMATCH_BUDGET", await Hub.OutcomeAsync(Of("r1", six)));
        Assert.Equal("NoMatch,NoMatch,NoMatch,NoMatch,NoMatch", await Hub.OutcomeAsync(Of("r2", six[..5])));
        Assert.Equal("MISMATCH_BUDGET", await Hub.OutcomeAsync(Of("r3", Houses.Claim("area", value: "1000"))));
    }

    [Fact]
    public async Task Answer_ManyItemsInOneQuestion_CountOnce()
    {
        var items = (Claim[])[Houses.Claim("area", value: "1"), Houses.Claim("address", value: "梅花路1号", id: "c2"), Houses.Claim("rooms", value: "3", id: "c3"), Houses.Claim("owners[].name", value: "张三", id: "c4")];
        Assert.Equal("NoMatch,NoRecord,NoRecord,NoRecord", await Hub.OutcomeAsync(Of("r1", items)));
        Assert.Equal(1, await _database.SuperuserAsync($"select sum(units)::int from datahub.mismatch where key = '{Pseudonym(Zhang)}'"));
    }

    [Fact]
    public async Task Answer_Repetition_ComesBeforeTheBudgetAndUsesUpNothing()
    {
        var requests = Enumerable.Range(0, 5).Select(Wrong).ToList();
        await GuessAsync(requests, callers: 1);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("NoMatch", await Hub.OutcomeAsync(requests[0], Caller(0)));
        }

        await Hub.AskAsync(requests[0], Caller(0));
        Assert.Equal((true, false), (Hub.Notes.IsRepetition, Hub.Notes.IsRecorded));
        Assert.Equal(5L, await _database.SuperuserAsync($"select count(*) from datahub.mismatch where key = '{Pseudonym(Zhang)}'"));
    }

    private static VerifyRequest Wrong(int i) => Of($"r{i}", Houses.Claim("area", value: i.ToString(CultureInfo.InvariantCulture)));

    private static string Organisation(int caller) => caller == 0 ? VerificationNode.Organisation : FormattableString.Invariant($"1133038200000{caller:00000}");

    private static Caller Caller(int caller) => VerificationNode.Approval with { SystemId = $"approval-{caller}", Organisation = Organisation(caller) };

    private static IEnumerable<string> Neighbours() => Enumerable.Range(0, 1_000)
        .Select(i => string.Create(CultureInfo.InvariantCulture, $"{Zhang[..14]}{i:000}"))
        .Select(id => id + ResidentId.CheckCharacter(id));

    private string Pseudonym(string id) => Hub.Pseudonyms.OfSubject("resident_id", id);

    // Sixty at a time, in turn through the nodes and from the callers.
    private async Task<IReadOnlyList<string>> GuessAsync(IEnumerable<VerifyRequest> requests, int callers)
    {
        var outcomes = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(requests.Index(), new ParallelOptions { MaxDegreeOfParallelism = 60, CancellationToken = Token }, async (request, _) =>
            outcomes.Add(await _nodes[request.Index % 3].OutcomeAsync(request.Item, Caller(request.Index % callers))));
        return [.. outcomes];
    }
}
