using DataHub.Kernel.Resources;
using DataHub.V1;
using Google.Protobuf.WellKnownTypes;

namespace DataHub.Verification.Claims;

/// <summary>Answers claims from records. No database, no clock: everything it rests on is handed in.</summary>
internal static class ClaimAnswers
{
    /// <summary>What the records say of a claim: MATCH, NO_MATCH or NO_RECORD.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="records">Current records of the subject in that role.</param>
    public static Result Found(ParsedClaim claim, IReadOnlyList<SubjectRecord> records)
    {
        // One record that matches is enough. "No match" needs a record that could have matched: one that holds the item.
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

    /// <summary>The answer to a claim. Where the grant does not tell absence, absent and wrong get the same bytes.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="found">What the records say.</param>
    /// <param name="records">Current records of the subject in that role.</param>
    /// <param name="age">How fresh the resource is; null when nothing was ever completed, which counts as stale.</param>
    /// <param name="tellsAbsence">Whether the grant lets the asker know NO_RECORD from NO_MATCH.</param>
    /// <param name="now">Now.</param>
    public static ClaimAnswer Of(ParsedClaim claim, Result found, IReadOnlyList<SubjectRecord> records, DataAge? age, bool tellsAbsence, DateTimeOffset now)
    {
        var stale = age is null || now - age.AsOf > claim.Schema.UpdateCycle.StaleAfter();
        var tellsRecord = tellsAbsence || found is Result.Match;
        return new ClaimAnswer
        {
            ClaimId = claim.Id,
            Result = (found, stale) switch
            {
                (Result.Match, _) => Result.Match,
                (_, true) => Result.Stale,
                _ => tellsAbsence ? found : Result.NotConfirmed,
            },
            Stale = stale,
            DataAsOf = age is null ? null : Timestamp.FromDateTimeOffset(age.AsOf),
            Resource = claim.Schema.Resource,
            Source = age?.Source ?? "",
            EventSequence = tellsRecord ? records.Select(record => record.Sequence).DefaultIfEmpty(0).Max() : 0,
        };
    }
}
