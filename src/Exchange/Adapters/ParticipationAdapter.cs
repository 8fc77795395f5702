using DataHub.Exchange.Quality;
using DataHub.Exchange.Records;
using DataHub.Kernel.Codes;
using DataHub.Kernel.Identifiers;
using DataHub.V1;
using Google.Protobuf;

namespace DataHub.Exchange.Adapters;

/// <summary>社会保险参保信息.</summary>
internal sealed class ParticipationAdapter : IRecordAdapter
{
    private const string Paying = "1";
    private const string ResidentIdType = "111";

    private static readonly CodeList InsuranceTypes =
        CodeLists.Find("insurance_type") ?? throw new InvalidOperationException("The code list insurance_type is missing.");

    public string Resource => "insurance_participation";

    public IMessage? Body(Record record) => record.InsuranceParticipation;

    public void Check(RecordDraft draft, RuleRun rules)
    {
        PersonRules.BirthDateAndGender(draft, rules, "social_security_no");
        PersonRules.NotFuture(draft, rules, "birth_date", "first_work_date", "spell_from");
        if (draft["insurance_type"] is { } type)
        {
            rules.Check(draft, "unknown_insurance_type", "insurance_type", InsuranceTypes.Contains(type));
        }

        // The number of a holder with a resident identity number is that number (GB/T 40217, AAC002).
        if (draft["id_type"] == ResidentIdType && draft["id_no"] is { } id && draft["social_security_no"] is { } number)
        {
            rules.Check(draft, "id_matches_social_security_no", "id_no", ResidentId.Normalize(id) == ResidentId.Normalize(number));
        }

        Spell(draft, rules);
    }

    private static void Spell(RecordDraft draft, RuleRun rules)
    {
        if (draft.Date("spell_to") is { } to && draft.Date("spell_from") is { } from)
        {
            rules.Check(draft, "spell_order", "spell_to", from <= to);
        }

        if (draft["payment_status"] == Paying)
        {
            rules.Check(draft, "spell_open_while_paying", "spell_to", draft["spell_to"] is null);
        }
    }
}
