using DataHub.Exchange.Quality;
using DataHub.Exchange.Records;
using DataHub.Kernel.Identifiers;
using DataHub.V1;
using Google.Protobuf;

namespace DataHub.Exchange.Adapters;

/// <summary>人口基础信息.</summary>
internal sealed class PopulationAdapter : IRecordAdapter
{
    private const string Dead = "30";

    public string Resource => "population_person";

    public IMessage? Body(Record record) => record.PopulationPerson;

    public void Check(RecordDraft draft, RuleRun rules)
    {
        PersonRules.BirthDateAndGender(draft, rules, "resident_id");
        PersonRules.NotFuture(draft, rules, "birth_date", "death_date");
        Death(draft, rules);
        LegacyId(draft, rules);
        MarriageAge(draft, rules);
    }

    private static void Death(RecordDraft draft, RuleRun rules)
    {
        if (draft["person_status"] == Dead)
        {
            rules.Check(draft, "death_date_given", "death_date", draft["death_date"] is not null);
        }

        if (draft.Date("death_date") is { } death && draft.Date("birth_date") is { } birth)
        {
            rules.Check(draft, "death_after_birth", "death_date", death >= birth);
        }
    }

    private static void LegacyId(RecordDraft draft, RuleRun rules)
    {
        if (draft["legacy_id_15"] is { } legacy && ResidentId15.Check(legacy, rules.Today).IsValid && draft["resident_id"] is { } id)
        {
            rules.Check(draft, "legacy_id_matches", "legacy_id_15", ResidentId.Upgrade15(legacy) == id);
        }
    }

    // Marriage Law: 22 years for men, 20 for women. Some registers hold older unions, so this only warns.
    private static void MarriageAge(RecordDraft draft, RuleRun rules)
    {
        if (draft["marital_status"] is { } status && status[0] == '2' && draft.Date("birth_date") is { } birth && birth <= rules.Today)
        {
            rules.Check(draft, "marriage_age", "marital_status", birth.AddYears(draft["gender"] == "2" ? 20 : 22) <= rules.Today);
        }
    }
}
