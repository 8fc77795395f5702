using DataHub.EventStore.Postgres;
using DataHub.Host.Storage;
using DataHub.Ledger.Entries;
using DataHub.Ledger.Search;
using Microsoft.Extensions.Options;
using Npgsql;

namespace DataHub.Host.Ledgering;

/// <summary>A use of somebody's data, with the name of who used it.</summary>
/// <param name="Found">The entry.</param>
/// <param name="Organisation">Name of the organisation; its code where the register has none.</param>
internal sealed record TracedEntry(RecordedEntry Found, string Organisation);

/// <summary>Who asked about a person, when, under which case, without what the law keeps back (<see cref="TraceOptions"/>) and without the person or account that asked.</summary>
internal sealed class CitizenTrace(LedgerSearch search, PostgresDataSources sources, IOptions<TraceOptions> options, TimeProvider time)
{
    private static readonly EntryKind[] Uses = [EntryKind.Answered, EntryKind.Delivered, EntryKind.Licensed, EntryKind.Refused, EntryKind.Erased];

    /// <summary>One page; fewer than asked for where some are kept back.</summary>
    /// <returns>Those to show, and all that were read, for the place to go on from.</returns>
    public async Task<(IReadOnlyList<TracedEntry> Shown, IReadOnlyList<RecordedEntry> Read)> FindAsync(LedgerQuery query, CancellationToken cancellationToken)
    {
        var read = await search.FindAsync(query with { Kinds = Uses }, cancellationToken);
        var shown = read.Where(found => IsShown(found)).ToList();
        var names = await NamesAsync([.. shown.Select(found => found.Entry.Organisation).Distinct()], cancellationToken);
        return ([.. shown.Select(found => new TracedEntry(found, names.GetValueOrDefault(found.Entry.Organisation, found.Entry.Organisation)))], read);
    }

    private bool IsShown(RecordedEntry found)
    {
        var item = found.Entry.ServiceItem ?? "";
        return options.Value.Exclusions.FirstOrDefault(exclusion => item.StartsWith(exclusion.ServiceItem, StringComparison.Ordinal)) is not { } exclusion
            || (exclusion.DelayDays is { } days && found.Place.At.AddDays(days) <= time.GetUtcNow());
    }

    private async Task<Dictionary<string, string>> NamesAsync(string[] codes, CancellationToken cancellationToken)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        await using var command = sources.Hub.CreateCommand(AccessSql.Organisations);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = codes });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            names[reader.GetString(0)] = reader.GetString(1);
        }

        return names;
    }
}
