using DataHub.Crypto.Sealing;
using DataHub.Exchange.Adapters;
using DataHub.Exchange.Intake;
using DataHub.Exchange.Quality;
using DataHub.Exchange.Records;

namespace DataHub.Exchange.Tests;

/// <summary>A row read as intake reads it, without a database. Today is 2026-03-01.</summary>
internal sealed class Reading
{
    public static readonly DateOnly Today = new(2026, 3, 1);

    private Reading(RecordDraft draft, RuleRun rules) => (Draft, Rules) = (draft, rules);

    public static KeyRing Keys { get; } = NewKeys();

    public RecordDraft Draft { get; }

    public RuleRun Rules { get; }

    public IEnumerable<string> Rejections => Draft.Rejections.Select(Text);

    public IEnumerable<string> Warnings => Draft.Warnings.Select(Text);

    public static Reading Of(Record record, ResourceSchema? schema = null)
    {
        var (adapter, itsSchema) = AdapterOf(record);
        var rules = new RuleRun(Today);
        return new Reading(new RowReader(adapter, schema ?? itsSchema, new SubjectReader(schema ?? itsSchema, Keys)).Read(0, record, rules), rules);
    }

    public static (IRecordAdapter Adapter, ResourceSchema Schema) AdapterOf(Record record) => record.BodyCase switch
    {
        Record.BodyOneofCase.LegalEntity => (new LegalEntityAdapter(), Schemas.Entity),
        Record.BodyOneofCase.RealPropertyRight => (new RealPropertyAdapter(), Schemas.Property),
        Record.BodyOneofCase.InsuranceParticipation => (new ParticipationAdapter(), Schemas.Insurance),
        _ => (new PopulationAdapter(), Schemas.Person),
    };

    private static string Text(Finding finding) => $"{finding.Rule} {finding.Field}".TrimEnd();

    private static KeyRing NewKeys()
    {
        var folder = Directory.CreateTempSubdirectory("datahub-keys-").FullName;
        try
        {
            return KeyRing.Create(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
