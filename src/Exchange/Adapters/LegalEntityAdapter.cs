using DataHub.Exchange.Quality;
using DataHub.Exchange.Records;
using DataHub.V1;
using Google.Protobuf;

namespace DataHub.Exchange.Adapters;

/// <summary>法人单位基础信息.</summary>
internal sealed class LegalEntityAdapter : IRecordAdapter
{
    public string Resource => "legal_entity";

    public IMessage? Body(Record record) => record.LegalEntity;

    public void Check(RecordDraft draft, RuleRun rules)
    {
        if (draft["uscc"] is { Length: 18 } uscc)
        {
            Matches(draft, rules, "org_code_matches_uscc", "org_code", uscc[8..17]);
            Matches(draft, rules, "authority_matches_uscc", "reg_authority", uscc[..1]);
        }

        PersonRules.NotFuture(draft, rules, "established_on", "cancelled_on", "source_updated_on");
        if (draft["reg_status"] is "3" or "4")
        {
            rules.Check(draft, "cancelled_on_given", "cancelled_on", draft["cancelled_on"] is not null);
        }

        if (draft["registered_capital"] is not null)
        {
            rules.Check(draft, "capital_currency_given", "capital_currency", draft["capital_currency"] is not null);
        }

        if (draft.Date("term_from") is { } from && draft.Date("term_to") is { } to)
        {
            rules.Check(draft, "valid_dates", "term_to", from <= to);
        }
    }

    private static void Matches(RecordDraft draft, RuleRun rules, string rule, string path, string expected)
    {
        if (draft[path] is { } value)
        {
            rules.Check(draft, rule, path, value == expected);
        }
    }
}
