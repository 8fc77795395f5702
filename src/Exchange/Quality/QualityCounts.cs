using DataHub.EventStore.Streams;
using DataHub.Exchange.Storage;
using Npgsql;

namespace DataHub.Exchange.Quality;

/// <summary>Adds a chunk's counts to its batch, in the chunk's transaction, so that they are counted once whatever is killed.</summary>
internal static class QualityCounts
{
    public static async Task AddAsync(EventTransaction transaction, Guid batchId, RuleRun rules, CancellationToken cancellationToken)
    {
        var counts = rules.Counts.OrderBy(count => (count.Key.Rule, count.Key.Field)).ToList();
        await using var command = new NpgsqlCommand(ExchangeSql.AddCounts, transaction.Connection)
        {
            Parameters =
            {
                new NpgsqlParameter<Guid> { TypedValue = batchId },
                new NpgsqlParameter<string[]> { TypedValue = [.. counts.Select(count => count.Key.Rule)] },
                new NpgsqlParameter<string[]> { TypedValue = [.. counts.Select(count => count.Key.Field)] },
                new NpgsqlParameter<long[]> { TypedValue = [.. counts.Select(count => count.Value.Checked)] },
                new NpgsqlParameter<long[]> { TypedValue = [.. counts.Select(count => count.Value.Failed)] },
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
