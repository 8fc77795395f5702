using DataHub.Catalog.Storage;
using DataHub.EventStore.Postgres;
using DataHub.Kernel.Faults;
using DataHub.V1;
using Npgsql;
using NpgsqlTypes;

namespace DataHub.Catalog.Search;

/// <summary>Searches the directory: for entries that hold every word, and when there is none, for those that hold much of what was typed.</summary>
internal sealed class DirectorySearch(PostgresDataSources database)
{
    private const int DefaultPage = 20;
    private const int MaxPage = 100;

    /// <summary>The best entries for a query.</summary>
    /// <exception cref="FaultException">Query or page size out of range; <c>SEARCH_TOO_BROAD</c> after two seconds.</exception>
    public async Task<SearchReply> SearchAsync(string text, int pageSize, CancellationToken cancellationToken)
    {
        var query = SearchQuery.Parse(text);
        if (pageSize is < 0 or > MaxPage)
        {
            throw Require.Malformed("PAGE_SIZE", "page_size", $"must be 1 to {MaxPage}, or 0 for {DefaultPage}");
        }

        try
        {
            return query.IsEmpty ? new SearchReply() : await SearchAsync(query, pageSize == 0 ? DefaultPage : pageSize, cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.QueryCanceled && !cancellationToken.IsCancellationRequested)
        {
            throw CatalogFaults.SearchTooBroad(e);
        }
        catch (Exception e) when (PostgresFaults.Of(e) is { } fault)
        {
            throw fault;
        }
    }

    private async Task<SearchReply> SearchAsync(SearchQuery query, int rows, CancellationToken cancellationToken)
    {
        await using var connection = await database.Hub.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var limit = new NpgsqlCommand(CatalogSql.LimitSearch, connection);
        await limit.ExecuteNonQueryAsync(cancellationToken);
        await AddOfficesAsync(query, connection, cancellationToken);
        foreach (var attempt in query.Attempts())
        {
            var reply = await RunAsync(query, attempt, rows, connection, cancellationToken);
            if (reply.Total > 0)
            {
                return reply;
            }
        }

        return new SearchReply();
    }

    private static async Task AddOfficesAsync(SearchQuery query, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var patterns = query.Words.Select(OfficeNames.PatternOf).ToArray();
        if (patterns.All(pattern => pattern is null))
        {
            return;
        }

        await using var command = new NpgsqlCommand(CatalogSql.OfficesByShortName, connection) { Parameters = { new NpgsqlParameter<string?[]> { TypedValue = patterns } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            query.AddOffice((int)reader.GetInt64(0) - 1, reader.GetString(1));
        }
    }

    private static async Task<SearchReply> RunAsync(
        SearchQuery query, Attempt attempt, int rows, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(CatalogSql.Search, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = attempt.Matching },
                new NpgsqlParameter<int> { TypedValue = attempt.Least },
                new NpgsqlParameter<string[]> { TypedValue = [.. attempt.Lexemes] },
                new NpgsqlParameter<string> { TypedValue = attempt.Ranking },
                new NpgsqlParameter<string> { TypedValue = query.WholeItems },
                new NpgsqlParameter<string[]> { TypedValue = [.. query.Words] },
                new NpgsqlParameter<string> { TypedValue = query.Whole },
                new NpgsqlParameter<string?> { TypedValue = query.CodePrefix, NpgsqlDbType = NpgsqlDbType.Text },
                new NpgsqlParameter<string?> { TypedValue = query.CodeEnd, NpgsqlDbType = NpgsqlDbType.Text },
                new NpgsqlParameter<int> { TypedValue = rows },
            },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var reply = new SearchReply();
        while (await reader.ReadAsync(cancellationToken))
        {
            reply.Total = (int)reader.GetInt64(8);
            reply.Hits.Add(ToHit(reader));
        }

        return reply;
    }

    private static SearchHit ToHit(NpgsqlDataReader row) => new()
    {
        Code = row.GetString(0),
        Title = row.GetString(1),
        PublisherName = row.GetString(2),
        Abstract = row.GetString(3),
        ShareType = (ShareType)row.GetInt32(4),
        UpdateCycle = (UpdateCycle)row.GetInt32(5),
        Resource = row.GetString(6),
        Score = row.GetDouble(7),
    };
}
