using System.Collections;
using System.Globalization;
using DataHub.Exchange.Adapters;
using DataHub.Exchange.Quality;
using DataHub.Exchange.Records;
using DataHub.Kernel.Resources;
using DataHub.Kernel.Time;
using DataHub.V1;
using Google.Protobuf;

namespace DataHub.Exchange.Intake;

/// <summary>Reads rows as sent into drafts: finds the typed message, normalises every value and runs the rules. Never throws for what a row holds.</summary>
internal sealed class RowReader(IRecordAdapter adapter, ResourceSchema schema, SubjectReader subjects)
{
    private const int MaxListMembers = 200;

    public RecordDraft Read(int row, Record record, RuleRun rules)
    {
        var draft = new RecordDraft(row, record, schema);
        if (!rules.Check(draft, "wrong_body", "", adapter.Body(record) is not null))
        {
            return draft;
        }

        ReadItems(draft, adapter.Body(record)!, schema.Items, prefix: "", element: -1, rules);
        ReadTimes(draft, record, rules);
        adapter.Check(draft, rules);
        subjects.Read(draft);
        return draft;
    }

    private void ReadItems(RecordDraft draft, IMessage body, IReadOnlyList<InformationItem> items, string prefix, int element, RuleRun rules)
    {
        foreach (var item in items)
        {
            var path = prefix + item.Name;
            var field = body.Descriptor.FindFieldByName(item.Name);
            if (item.Type is ItemType.List)
            {
                ReadList(draft, item, path, field?.Accessor.GetValue(body) as IList ?? Array.Empty<IMessage>(), rules);
            }
            else
            {
                // An item the typed message does not know can only be missing.
                ReadValue(draft, item, path, element, field?.Accessor.GetValue(body) as string ?? "", prefix, rules);
            }
        }
    }

    private void ReadList(RecordDraft draft, InformationItem item, string path, IList members, RuleRun rules)
    {
        if (item.Required)
        {
            rules.Check(draft, "required", path, members.Count > 0);
        }

        if (!rules.Check(draft, "length", path, members.Count <= MaxListMembers))
        {
            return;
        }

        for (var element = 0; element < members.Count; element++)
        {
            ReadItems(draft, (IMessage)members[element]!, item.Items, $"{path}[{element.ToString(CultureInfo.InvariantCulture)}].", element, rules);
        }
    }

    private static void ReadValue(RecordDraft draft, InformationItem item, string path, int element, string raw, string prefix, RuleRun rules)
    {
        var value = ItemRules.Normalize(item, raw);
        if (item.Required)
        {
            rules.Check(draft, "required", path, value is not null);
        }

        if (value is not null)
        {
            var idType = item.IdTypeItem is { } other ? draft[prefix + other] : null;
            ItemRules.Check(draft, item, path, raw, ref value, idType, rules);
            draft.Add(new FieldValue(path, item, element, value));
        }
    }

    private static void ReadTimes(RecordDraft draft, Record record, RuleRun rules)
    {
        var from = CivilTime.TryParseDate(record.ValidFrom, out var start);
        var to = CivilTime.TryParseDate(record.ValidTo, out var end);
        rules.Check(draft, "valid_dates", "valid_from", from || record.ValidFrom.Length == 0);
        rules.Check(draft, "valid_dates", "valid_to", (to || record.ValidTo.Length == 0) && !(from && to && end < start));
        (draft.ValidFrom, draft.ValidTo) = (from ? start : null, to ? end : null);

        var updated = ItemRules.TryParseInstant(record.SourceUpdatedAt, out var instant);
        rules.Check(draft, "type", "source_updated_at", updated || record.SourceUpdatedAt.Length == 0);
        rules.Check(draft, "length", "source_record_id", record.SourceRecordId.Length <= 64);
        draft.SourceUpdatedAt = updated ? instant : null;
    }
}
