using System.Runtime.CompilerServices;
using DataHub.EventStore.Postgres;
using DataHub.Ledger.Storage;
using Npgsql;

namespace DataHub.Ledger.Search;

/// <summary>Under which cases an organisation was answered, as the ledger says.</summary>
/// <param name="database">Connections; read with the reader's role.</param>
public sealed class CaseSearch(PostgresDataSources database)
{
    /// <summary>The cases of a period, the one named first first. A case stands once for each service item it was named with.</summary>
    /// <param name="organisation">Unified social credit code of the organisation.</param>
    /// <param name="from">Begin of the period, inclusive.</param>
    /// <param name="to">End of the period, exclusive.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async IAsyncEnumerable<NamedCase> InPeriodAsync(
        string organisation, DateTimeOffset from, DateTimeOffset to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var command = database.Reader.CreateCommand(LedgerSql.CasesInPeriod);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = organisation });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = from });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = to });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            yield return new NamedCase(reader.GetString(0), reader.GetString(1), reader.GetInt64(2), reader.GetFieldValue<DateTimeOffset>(3));
        }
    }
}

/// <summary>A case that questions named.</summary>
/// <param name="ServiceItem">Service item code, as in the questions.</param>
/// <param name="CaseNo">Case number, as in the questions.</param>
/// <param name="Questions">How many questions named it.</param>
/// <param name="FirstAt">When the first was answered.</param>
public sealed record NamedCase(string ServiceItem, string CaseNo, long Questions, DateTimeOffset FirstAt);
