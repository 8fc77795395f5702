using DataHub.Exchange.Records;
using DataHub.Verification;

namespace DataHub.Host.Connections;

/// <summary>Connects verification to the records of the exchange.</summary>
internal sealed class ExchangeRecordReader(RecordQueries records) : IRecordReader
{
    public async Task<IReadOnlyList<SubjectRecord>> CurrentAsync(string resource, string subjectId, string role, CancellationToken cancellationToken) =>
        [.. (await records.CurrentAsync(resource, subjectId, role, cancellationToken)).Select(record => new SubjectRecord(record.Sequence, record.Element, record.Fields))];

    public async Task<DataAge?> AgeAsync(string resource, CancellationToken cancellationToken) =>
        await records.FreshnessAsync(resource, cancellationToken) is { } freshness ? new DataAge(freshness.Watermark, freshness.Source) : null;
}
