using DataHub.Catalog.Search;
using DataHub.Catalog.Storage;
using DataHub.EventStore;
using DataHub.EventStore.Streams;
using Npgsql;

namespace DataHub.Catalog.Registration;

/// <summary>Keeps the current version of every entry, with what search needs of it, in the transaction that appends.</summary>
internal sealed class EntryProjection : ITransactionParticipant
{
    public async Task OnAppendedAsync(EventTransaction transaction, IReadOnlyList<AppendedEvent> events, CancellationToken cancellationToken)
    {
        // An entry's newest event stands last. Rows are taken in the order of their codes, so that two requests cannot deadlock.
        var rows = events.Where(e => e.Event.Data is CatalogEvent)
            .GroupBy(e => e.Event.StreamId, StringComparer.Ordinal).Select(stream => stream.Last())
            .Select(e => (e.Version, ((CatalogEvent)e.Event.Data).Entry))
            .OrderBy(row => row.Entry.Code, StringComparer.Ordinal).ToList();
        if (rows.Count > 0)
        {
            await using var batch = new NpgsqlBatch(transaction.Connection) { BatchCommands = { WriteEntries(rows), WritePublishers(rows) } };
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private static NpgsqlBatchCommand WriteEntries(List<(long Version, CatalogEntry Entry)> rows) => new(CatalogSql.WriteEntries)
    {
        Parameters =
        {
            new NpgsqlParameter<string[]> { TypedValue = [.. rows.Select(row => row.Entry.Code)] },
            new NpgsqlParameter<string?[]> { TypedValue = [.. rows.Select(row => row.Entry.Schema?.Resource)] },
            new NpgsqlParameter<long[]> { TypedValue = [.. rows.Select(row => row.Version)] },
            new NpgsqlParameter<string[]> { TypedValue = [.. rows.Select(row => EntryJson.Write(row.Entry))] },
            new NpgsqlParameter<string[]> { TypedValue = [.. rows.Select(row => SearchText.Compact(row.Entry.Title))] },
            new NpgsqlParameter<string[]> { TypedValue = [.. rows.Select(row => SearchVector.Of(row.Entry))] },
        },
    };

    private static NpgsqlBatchCommand WritePublishers(List<(long Version, CatalogEntry Entry)> rows)
    {
        var publishers = rows.Select(row => (row.Entry.PublisherCode, row.Entry.PublisherName)).Distinct().Order().ToList();
        return new NpgsqlBatchCommand(CatalogSql.WritePublishers)
        {
            Parameters =
            {
                new NpgsqlParameter<string[]> { TypedValue = [.. publishers.Select(publisher => publisher.PublisherCode)] },
                new NpgsqlParameter<string[]> { TypedValue = [.. publishers.Select(publisher => SearchText.Compact(publisher.PublisherName))] },
                new NpgsqlParameter<string[]> { TypedValue = [.. publishers.Select(publisher => OfficeNames.WithoutPlace(SearchText.Compact(publisher.PublisherName)))] },
            },
        };
    }
}
