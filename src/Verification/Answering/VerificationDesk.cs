using DataHub.Contracts;
using DataHub.Kernel.Access;
using DataHub.Kernel.Faults;
using DataHub.V1;
using DataHub.Verification.Asking;
using DataHub.Verification.Brakes;
using DataHub.Verification.Claims;
using Google.Protobuf.WellKnownTypes;

namespace DataHub.Verification.Answering;

/// <summary>
/// Answers questions about subjects: 1 understood, 2 granted, 3 not answered before, 4 found, 5 within the budget of negative answers, 6 in the ledger. Absent subjects and wrong values take the same way.
/// </summary>
internal sealed class VerificationDesk(
    QuestionReader questions, IGrantBook grants, IRecordReader records, MismatchBudget budget, QuestionWatch watch, AnswerLedger ledger, TimeProvider time)
{
    /// <summary>Answers a request; the same request id with the same content gets the same answer again.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="request">As sent.</param>
    /// <param name="notes">Notes of the call.</param>
    /// <param name="cancellationToken">Stops, until the answer is being recorded.</param>
    /// <exception cref="FaultException">
    /// A malformed field, an unknown resource, no grant (<c>GRANT_REQUIRED</c>), a request id used before with other content (<c>REQUEST_ID_REUSED</c>), too many negative answers about the subject (<c>MISMATCH_BUDGET</c>).
    /// </exception>
    public async Task<VerifyReply> AnswerAsync(Caller caller, VerifyRequest request, CallNotes notes, CancellationToken cancellationToken)
    {
        var question = await questions.ReadAsync(request, notes, cancellationToken);
        watch.Asked(caller, question.Subject);
        var tellsAbsence = ClaimGrants.Require(grants, caller, question);
        var key = ledger.KeyOf(caller, question, request);
        if (await ledger.FindAsync(key, cancellationToken) is { } earlier)
        {
            notes.IsRepetition = true;
            return earlier;
        }

        var reply = new VerifyReply { RequestId = question.RequestId, AnsweredAt = Timestamp.FromDateTimeOffset(time.GetUtcNow()) };
        var found = await FindAsync(question, tellsAbsence, reply, cancellationToken);
        await PassBudgetAsync(caller, question, MismatchesIn(question, found), cancellationToken);
        var recorded = await ledger.RecordAsync(caller, question, request, reply, key, cancellationToken);
        notes.IsRecorded = true;
        watch.Answered(caller, isNegative: found.Any(result => result is not Result.Match), isAbsent: found.Contains(Result.NoRecord));
        return recorded;
    }

    private async Task<IReadOnlyList<Result>> FindAsync(Question question, IReadOnlyList<bool> tellsAbsence, VerifyReply reply, CancellationToken cancellationToken)
    {
        var results = new List<Result>(question.Claims.Count);
        foreach (var (index, claim) in question.Claims.Index())
        {
            var held = await records.CurrentAsync(claim.Schema.Resource, question.Subject.Pseudonym, claim.Role.Role, cancellationToken);
            var age = await records.AgeAsync(claim.Schema.Resource, cancellationToken);
            var found = ClaimAnswers.Found(claim, held);
            results.Add(found);
            reply.Answers.Add(ClaimAnswers.Of(claim, found, held, age, tellsAbsence[index], time.GetUtcNow()));
        }

        return results;
    }

    private async Task PassBudgetAsync(Caller caller, Question question, int mismatches, CancellationToken cancellationToken)
    {
        try
        {
            await budget.PassAsync(caller.Organisation, question.Subject, mismatches, cancellationToken);
        }
        catch (FaultException fault) when (fault.Kind is FaultKind.OverQuota && fault.Code == VerificationFaults.MismatchBudgetCode)
        {
            watch.Stopped(caller, question.Subject);
            throw;
        }
    }

    // One question may ask many things, and one negative answer to each is one guess; several to the same item are as many guesses at it.
    private static int MismatchesIn(Question question, IReadOnlyList<Result> found) => question.Claims
        .Zip(found)
        .Where(answer => answer.Second is not Result.Match)
        .CountBy(answer => (answer.First.Schema.Resource, answer.First.Role.Role, answer.First.Field))
        .Select(item => item.Value)
        .DefaultIfEmpty(0)
        .Max();
}
