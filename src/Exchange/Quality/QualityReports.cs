using DataHub.EventStore.Postgres;
using DataHub.Exchange.Storage;
using DataHub.Kernel.Resources;
using DataHub.V1;
using Google.Protobuf.WellKnownTypes;
using Npgsql;

namespace DataHub.Exchange.Quality;

/// <summary>Quality of a batch from its counts: indicators of GB/T 36344 and every rule and field.</summary>
internal sealed class QualityReports(PostgresDataSources database, IResourceDirectory directory)
{
    /// <summary>Indicators that intake can tell, in the order of the standard.</summary>
    private static readonly (string Id, string Zh, string En)[] Indicators =
    [
        ("0101", "数据标准", "values in standard form"),
        ("0102", "数据模型", "records of the right model"),
        ("0104", "业务规则", "values meeting the business rules"),
        ("0105", "权威参考数据", "values found in reference data"),
        ("0201", "数据元素完整性", "required values filled"),
        ("0302", "数据格式合规性", "values of right format"),
        ("0303", "数据重复率", "records repeated (lower is better)"),
        ("0501", "基于时间段的正确性", "dates in the required range"),
        ("0503", "时序性", "dates in right order"),
    ];

    /// <summary>The report of one batch.</summary>
    /// <param name="resource">Resource code.</param>
    /// <param name="batchId">The batch, or null for the newest completed one.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="Kernel.Faults.FaultException">Unknown resource or batch.</exception>
    public async Task<QualityReport> ReadAsync(string resource, Guid? batchId, CancellationToken cancellationToken)
    {
        var schema = await directory.FindAsync(resource, cancellationToken) ?? throw ExchangeFaults.ResourceUnknown("resource");
        await using var connection = await database.Reader.OpenConnectionAsync(cancellationToken);
        var (id, report) = await ReadBatchAsync(connection, schema, batchId, cancellationToken);
        report.Rules.AddRange(await ReadCountsAsync(connection, id, cancellationToken));
        report.Indicators.AddRange(IndicatorsOf(report.Rules));
        return report;
    }

    private static async Task<(Guid Id, QualityReport Report)> ReadBatchAsync(
        NpgsqlConnection connection, ResourceSchema schema, Guid? batchId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ExchangeSql.ReportedBatch, connection)
        {
            Parameters = { new NpgsqlParameter<string> { TypedValue = schema.Resource }, new NpgsqlParameter<Guid?> { TypedValue = batchId } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            throw ExchangeFaults.NoBatch(schema.Resource);
        }

        return (reader.GetGuid(0), new QualityReport
        {
            Resource = schema.Resource,
            Title = schema.Title,
            BatchId = reader.GetGuid(0).ToString(),
            Source = reader.GetString(1),
            Watermark = Timestamp.FromDateTimeOffset(reader.GetFieldValue<DateTimeOffset>(2)),
            Received = reader.GetInt64(3),
            Accepted = reader.GetInt64(4),
            Unchanged = reader.GetInt64(5),
            Repeated = reader.GetInt64(6),
            Quarantined = reader.GetInt64(7),
        });
    }

    private static async Task<List<RuleCount>> ReadCountsAsync(NpgsqlConnection connection, Guid batchId, CancellationToken cancellationToken)
    {
        var counts = new List<RuleCount>();
        await using var command = new NpgsqlCommand(ExchangeSql.CountsOfBatch, connection)
        {
            Parameters = { new NpgsqlParameter<Guid> { TypedValue = batchId } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var rule = reader.GetString(0);
            counts.Add(new RuleCount
            {
                Rule = rule,
                Field = reader.GetString(1),
                Checked = reader.GetInt64(2),
                Failed = reader.GetInt64(3),
                Rejects = RuleBook.Current[rule].Rejects,
            });
        }

        return counts;
    }

    // A = what meets the rules, except for 0303, where A = what repeats.
    private static IEnumerable<QualityIndicator> IndicatorsOf(IEnumerable<RuleCount> counts)
    {
        var byIndicator = counts.ToLookup(count => RuleBook.Current[count.Rule].Indicator);
        return Indicators.Where(indicator => byIndicator.Contains(indicator.Id)).Select(indicator =>
        {
            var total = byIndicator[indicator.Id].Sum(count => count.Checked);
            var failed = byIndicator[indicator.Id].Sum(count => count.Failed);
            return new QualityIndicator
            {
                Id = indicator.Id,
                Dimension = indicator.Id[..2],
                TitleZh = indicator.Zh,
                TitleEn = indicator.En,
                A = indicator.Id == "0303" ? failed : total - failed,
                B = total,
            };
        });
    }
}
