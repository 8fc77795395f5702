using DataHub.Catalog.Schemas;
using DataHub.Catalog.Storage;
using DataHub.EventStore;
using DataHub.EventStore.Postgres;
using DataHub.EventStore.Streams;
using DataHub.Kernel;
using DataHub.Kernel.Access;
using DataHub.Kernel.Faults;
using DataHub.V1;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DataHub.Catalog.Registration;

/// <summary>Registers and revises entries, a request as a whole or not at all.</summary>
internal sealed partial class EntryRegister(IEventStore events, ResourceDirectory directory, HubName hub, ILogger<EntryRegister> logger)
{
    /// <summary>Registers what is new and revises what differs.</summary>
    /// <exception cref="FaultException">
    /// A malformed field; <c>ENTRY_OF_OTHER_PROVIDER</c>; <c>RESOURCE_TAKEN</c>; <c>RESOURCE_FIXED</c>; <c>SCHEMA_VERSION</c>; <c>STREAM_CONFLICT</c> when
    /// somebody else registered the same entry meanwhile.
    /// </exception>
    public async Task<RegisterReply> RegisterAsync(Caller caller, IReadOnlyList<DirectoryEntry> sent, CancellationToken cancellationToken)
    {
        var entries = EntryReader.ReadAll(sent);
        await using var transaction = await events.BeginAsync(cancellationToken);
        var known = await ReadKnownAsync(transaction, entries, cancellationToken);
        RequireLawful(caller, entries, known);
        var changed = entries.Where(entry => !known.TryGetValue(entry.Code, out var current) || !EntryJson.AreEqual(current.Entry, entry))
            .Select(entry => ToEvent(caller, entry, known.GetValueOrDefault(entry.Code))).ToList();
        if (changed.Count > 0)
        {
            await AppendAsync(transaction, changed, cancellationToken);
        }

        var registered = changed.Count(change => change.Data is EntryRegistered);
        Log.Registered(logger, caller.SystemId, registered, changed.Count - registered);
        return new RegisterReply { Registered = registered, Revised = changed.Count - registered, Unchanged = entries.Count - changed.Count };
    }

    private static void RequireLawful(Caller caller, IReadOnlyList<CatalogEntry> entries, Dictionary<string, KnownEntry> known)
    {
        var holders = known.Values.Where(current => current.Entry.Schema is not null)
            .ToDictionary(current => current.Entry.Schema!.Resource, current => current.Entry.Code, StringComparer.Ordinal);
        foreach (var (index, entry) in entries.Index())
        {
            var path = $"entries[{index}]";
            var current = known.GetValueOrDefault(entry.Code)?.Entry;
            RequireOwn(caller, entry, current, path);
            if (entry.Schema is { } schema && holders.TryGetValue(schema.Resource, out var holder) && holder != entry.Code)
            {
                throw CatalogFaults.ResourceTaken($"{path}.schema.resource");
            }

            RequireFollowing(entry, current, path);
        }
    }

    // Taking over an entry that records rest on, by naming oneself its provider, is refused like registering for another.
    private static void RequireOwn(Caller caller, CatalogEntry entry, CatalogEntry? current, string path)
    {
        var isOwn = entry.PublisherCode == caller.Organisation && (current is null || current.PublisherCode == caller.Organisation);
        if (!isOwn && (entry.Schema ?? current?.Schema) is not null)
        {
            throw CatalogFaults.EntryOfOtherProvider($"{path}.publisher_code");
        }
    }

    private static void RequireFollowing(CatalogEntry entry, CatalogEntry? current, string path)
    {
        if (current?.Schema is not { } before)
        {
            return;
        }

        if (entry.Schema?.Resource != before.Resource)
        {
            throw CatalogFaults.ResourceFixed($"{path}.schema.resource", before.Resource);
        }

        if (entry.Schema.Version < before.Version || (entry.Schema.Version == before.Version && !SchemaChange.IsCompatible(current, entry)))
        {
            throw CatalogFaults.SchemaVersion($"{path}.schema.version", before.Version);
        }
    }

    private NewEvent ToEvent(Caller caller, CatalogEntry entry, KnownEntry? current) => new()
    {
        StreamId = $"{hub}/directory/{entry.Code.Replace('/', '-')}",
        StreamType = "directory_entry",
        ExpectedVersion = current?.Version ?? 0,
        Data = current is null
            ? new EntryRegistered(entry, caller.SystemId, caller.Organisation)
            : new EntryRevised(entry, caller.SystemId, caller.Organisation),
    };

    private async Task AppendAsync(EventTransaction transaction, List<NewEvent> changed, CancellationToken cancellationToken)
    {
        try
        {
            await transaction.AppendAsync(changed, cancellationToken);
            await transaction.CommitAsync();
        }
        catch (PostgresException e) when (e.ConstraintName == CatalogSql.UniqueResource)
        {
            // Another request took the resource after ours had looked; which entry it was is found by asking again.
            throw CatalogFaults.ResourceTaken("entries.schema.resource");
        }
        finally
        {
            // Also when the outcome of the commit is not known.
            directory.Forget();
        }
    }

    private static async Task<Dictionary<string, KnownEntry>> ReadKnownAsync(
        EventTransaction transaction, IReadOnlyList<CatalogEntry> entries, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = new NpgsqlCommand(CatalogSql.KnownEntries, transaction.Connection)
            {
                Parameters =
                {
                    new NpgsqlParameter<string[]> { TypedValue = [.. entries.Select(entry => entry.Code)] },
                    new NpgsqlParameter<string[]> { TypedValue = [.. entries.Where(entry => entry.Schema is not null).Select(entry => entry.Schema!.Resource)] },
                },
            };
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var known = new Dictionary<string, KnownEntry>(StringComparer.Ordinal);
            while (await reader.ReadAsync(cancellationToken))
            {
                known.Add(reader.GetString(0), new KnownEntry(reader.GetInt64(1), EntryJson.Read(reader.GetString(2))));
            }

            return known;
        }
        catch (Exception e) when (PostgresFaults.Of(e) is { } fault)
        {
            throw fault;
        }
    }

    /// <summary>An entry that stands in the directory, and the version of its stream.</summary>
    private sealed record KnownEntry(long Version, CatalogEntry Entry);

    private static partial class Log
    {
        [LoggerMessage(6101, LogLevel.Information, "{SystemId} registered {Registered} directory entries and revised {Revised}")]
        public static partial void Registered(ILogger logger, string systemId, int registered, int revised);
    }
}
