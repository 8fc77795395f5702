using DataHub.Exchange.Quality;
using DataHub.Exchange.Records;
using DataHub.V1;
using Google.Protobuf;

namespace DataHub.Exchange.Adapters;

/// <summary>A typed base library: where its message stands in <see cref="Record"/>, and the rules that need more than one field.</summary>
internal interface IRecordAdapter
{
    /// <summary>Resource code.</summary>
    string Resource { get; }

    /// <summary>The typed message of a record, or null when the record is of another resource.</summary>
    IMessage? Body(Record record);

    /// <summary>Rules over several fields; runs after the schema's rules, also on rows these turned away, so a source learns everything at once.</summary>
    void Check(RecordDraft draft, RuleRun rules);
}
