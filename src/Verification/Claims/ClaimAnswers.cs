using DataHub.Kernel.Resources;
using DataHub.V1;
using Google.Protobuf.WellKnownTypes;

namespace DataHub.Verification.Claims;

/// <summary>Answers claims from records. No database, no clock: everything it rests on is handed in.</summary>
internal static class ClaimAnswers
{
    /// <summary>The answer to a claim.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="records">Current records of the subject in that role.</param>
    /// <param name="age">How fresh the resource is; null when nothing was ever completed, which counts as stale.</param>
    /// <param name="now">Now.</param>
    public static ClaimAnswer Of(ParsedClaim claim, IReadOnlyList<SubjectRecord> records, DataAge? age, DateTimeOffset now)
    {
        var result = ResultOf(claim, records);
        var stale = age is null || now - age.AsOf > claim.Schema.UpdateCycle.StaleAfter();
        return new ClaimAnswer
        {
            ClaimId = claim.Id,
            Result = stale && result is not Result.Match ? Result.Stale : result,
            Stale = stale,
            DataAsOf = age is null ? null : Timestamp.FromDateTimeOffset(age.AsOf),
            Resource = claim.Schema.Resource,
            Source = age?.Source ?? "",
            EventSequence = records.Select(record => record.Sequence).DefaultIfEmpty(0).Max(),
        };
    }

    // One record that matches is enough. "No match" needs a record that could have matched: one that holds the item.
    private static Result ResultOf(ParsedClaim claim, IReadOnlyList<SubjectRecord> records)
    {
        if (records.Count == 0)
        {
            return Result.NoRecord;
        }

        if (claim.Item is not { } item)
        {
            return Result.Match;
        }

        var held = records.Select(record => record.Fields.GetValueOrDefault(claim.PathIn(record))).OfType<string>().ToList();
        if (claim.Operator is Operator.Exists)
        {
            return held.Count > 0 ? Result.Match : Result.NoMatch;
        }

        if (held.Count == 0)
        {
            return Result.NoRecord;
        }

        var matches = held.Any(value => claim.Operator is Operator.AtLeast
            ? Comparison.IsAtLeast(item, value, claim.Value)
            : Comparison.AreEqual(item, value, claim.Value));
        return matches ? Result.Match : Result.NoMatch;
    }
}
