using DataHub.Exchange.Quality;
using DataHub.Exchange.Records;
using DataHub.Kernel.Identifiers;

namespace DataHub.Exchange.Adapters;

/// <summary>What an identity number says of a person must agree with the fields beside it (standards of the number: GB 11643).</summary>
internal static class PersonRules
{
    public static void BirthDateAndGender(RecordDraft draft, RuleRun rules, string idPath)
    {
        if (draft[idPath] is not { } id || !ResidentId.Check(id, rules.Today).IsValid)
        {
            return;
        }

        if (draft.Date("birth_date") is { } stated)
        {
            rules.Check(draft, "birth_date_matches_id", "birth_date", stated == ResidentId.BirthDate(id));
        }

        if (draft["gender"] is "1" or "2")
        {
            rules.Check(draft, "gender_matches_id", "gender", draft["gender"] == ResidentId.Sex(id));
        }
    }

    public static void NotFuture(RecordDraft draft, RuleRun rules, params ReadOnlySpan<string> paths)
    {
        foreach (var path in paths)
        {
            if (draft.Date(path) is { } date)
            {
                rules.Check(draft, "not_future", path, date <= rules.Today);
            }
        }
    }
}
