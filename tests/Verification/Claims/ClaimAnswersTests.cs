using DataHub.V1;
using DataHub.Verification.Claims;

namespace DataHub.Verification.Tests.Claims;

public sealed class ClaimAnswersTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DataAge Fresh = new(Now.AddHours(-36), "land-fep-1");
    private static readonly DataAge Old = Fresh with { AsOf = Now.AddHours(-36).AddTicks(-1) };

    [Fact]
    public void Of_Match_SaysWhatItRestsOn()
    {
        var answer = Answer(Houses.Parse(Houses.Claim("area", value: "60.0", id: "my-claim")), [Houses.Record(0, 17, ("area", "60"))], Fresh);
        Assert.Equal((Result.Match, false, "my-claim", "house", "land-fep-1", 17L), (answer.Result, answer.Stale, answer.ClaimId, answer.Resource, answer.Source, answer.EventSequence));
        Assert.Equal(Fresh.AsOf, answer.DataAsOf.ToDateTimeOffset());
    }

    [Fact]
    public void Of_OtherValue_IsNoMatch() => AssertResult(Result.NoMatch, Houses.Claim("area", value: "61"), Houses.Record(0, 1, ("area", "60")));

    [Fact]
    public void Of_NoRecord_IsNoRecord() => AssertResult(Result.NoRecord, Houses.Claim("area", value: "61"));

    [Fact]
    public void Of_RecordWithoutTheItem_CouldNotHaveMatched() =>
        AssertResult(Result.NoRecord, Houses.Claim("area", value: "61"), Houses.Record(0, 1, ("address", "梅花路1号")));

    [Fact]
    public void Of_SeveralRecords_OneThatMatchesIsEnough()
    {
        SubjectRecord[] records = [Houses.Record(0, 9, ("area", "60")), Houses.Record(1, 5, ("area", "80")), Houses.Record(0, 7)];
        AssertResult(Result.Match, Houses.Claim("area", value: "80"), records);
        AssertResult(Result.NoMatch, Houses.Claim("area", value: "90"), records);
        Assert.Equal(9, Answer(Houses.Parse(Houses.Claim("area", value: "80")), records, Fresh).EventSequence);
    }

    [Fact]
    public void Of_ItemOfAList_IsTheSubjectsOwnOnly()
    {
        var asSecondOwner = Houses.Record(1, 1, ("owners[0].share", "1/3"), ("owners[1].share", "2/3"));
        AssertResult(Result.Match, Houses.Claim("owners[].share", value: "2/3"), asSecondOwner);
        AssertResult(Result.NoMatch, Houses.Claim("owners[].share", value: "1/3"), asSecondOwner);
    }

    [Fact]
    public void Of_Exists_AsksForARecordOrAValue()
    {
        AssertResult(Result.Match, Houses.Claim("", Operator.Exists), Houses.Record(0, 1));
        AssertResult(Result.NoRecord, Houses.Claim("", Operator.Exists));
        AssertResult(Result.Match, Houses.Claim("area", Operator.Exists), Houses.Record(0, 1, ("area", "1")));
        AssertResult(Result.NoMatch, Houses.Claim("area", Operator.Exists), Houses.Record(0, 1));
    }

    [Fact]
    public void Of_AtLeast_ComparesByValue()
    {
        AssertResult(Result.Match, Houses.Claim("area", Operator.AtLeast, "9"), Houses.Record(0, 1, ("area", "10")));
        AssertResult(Result.NoMatch, Houses.Claim("area", Operator.AtLeast, "10.01"), Houses.Record(0, 1, ("area", "10")));
    }

    [Theory]
    [InlineData("60", Result.Match)]
    [InlineData("61", Result.Stale)]
    public void Of_DataOlderThanTheirCycle_StaleReplacesAllButAMatch(string value, Result expected)
    {
        var answer = Answer(Houses.Parse(Houses.Claim("area", value: value)), [Houses.Record(0, 1, ("area", "60"))], Old);
        Assert.Equal((expected, true), (answer.Result, answer.Stale));
    }

    [Fact]
    public void Of_NothingEverCompleted_IsStaleWithoutADate()
    {
        var answer = Answer(Houses.Parse(Houses.Claim("area", value: "61")), [], age: null);
        Assert.Equal((Result.Stale, true, "", 0L), (answer.Result, answer.Stale, answer.Source, answer.EventSequence));
        Assert.Null(answer.DataAsOf);
    }

    [Fact]
    public void Of_ResourceOnDemand_IsNeverStale()
    {
        var claim = ParsedClaim.Of(Houses.Claim("area", value: "1"), Houses.Schema with { UpdateCycle = UpdateCycle.OnDemand }, "claims[0]");
        Assert.Equal(Result.NoRecord, Answer(claim, [], new DataAge(DateTimeOffset.UnixEpoch, "s")).Result);
    }

    [Theory]
    [InlineData("61", Result.NotConfirmed, 0)]
    [InlineData("60", Result.Match, 17)]
    public void Of_GrantThatDoesNotTellAbsence_NegativeAnswersRestOnNothing(string value, Result expected, long sequence)
    {
        var answer = Answer(Houses.Parse(Houses.Claim("area", value: value)), [Houses.Record(0, 17, ("area", "60"))], Fresh, tellsAbsence: false);
        Assert.Equal((expected, sequence), (answer.Result, answer.EventSequence));
    }

    [Fact]
    public void Of_GrantThatDoesNotTellAbsence_AbsentAndWrongAreTheSame()
    {
        foreach (var age in (DataAge?[])[Fresh, Old, null])
        {
            var claim = Houses.Parse(Houses.Claim("area", value: "61"));
            Assert.Equal(Answer(claim, [], age, tellsAbsence: false), Answer(claim, [Houses.Record(0, 17, ("area", "60"))], age, tellsAbsence: false));
        }
    }

    private static void AssertResult(Result expected, Claim claim, params SubjectRecord[] records) =>
        Assert.Equal(expected, Answer(Houses.Parse(claim), records, Fresh).Result);

    private static ClaimAnswer Answer(ParsedClaim claim, IReadOnlyList<SubjectRecord> records, DataAge? age, bool tellsAbsence = true) =>
        ClaimAnswers.Of(claim, ClaimAnswers.Found(claim, records), records, age, tellsAbsence, Now);
}
