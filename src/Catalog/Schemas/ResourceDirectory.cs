using System.Collections.Frozen;
using DataHub.Catalog.Registration;
using DataHub.Catalog.Storage;
using DataHub.EventStore.Postgres;
using DataHub.Kernel.Resources;
using Npgsql;

namespace DataHub.Catalog.Schemas;

/// <summary>
/// The schemas of all executable entries, kept in memory. What this process registers is seen at once; what another node registers, within
/// <see cref="RereadAfter"/>.
/// </summary>
internal sealed class ResourceDirectory(PostgresDataSources database, TimeProvider time) : IResourceDirectory, IDisposable
{
    private static readonly TimeSpan RereadAfter = TimeSpan.FromSeconds(3);

    private readonly SemaphoreSlim _reading = new(1);
    private Snapshot? _snapshot;
    private int _registrations;

    public ValueTask<ResourceSchema?> FindAsync(string resource, CancellationToken cancellationToken) => Volatile.Read(ref _snapshot) is { } snapshot && IsFresh(snapshot)
        ? ValueTask.FromResult(snapshot.Schemas.GetValueOrDefault(resource))
        : ReadAndFindAsync(resource, cancellationToken);

    /// <summary>Something was registered in this process: the next look-up reads again.</summary>
    public void Forget() => Interlocked.Increment(ref _registrations);

    public void Dispose() => _reading.Dispose();

    private bool IsFresh(Snapshot snapshot) =>
        snapshot.Registrations == Volatile.Read(ref _registrations) && time.GetElapsedTime(snapshot.ReadAt) < RereadAfter;

    private async ValueTask<ResourceSchema?> ReadAndFindAsync(string resource, CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            if (_snapshot is not { } current || !IsFresh(current))
            {
                Volatile.Write(ref _snapshot, current = await ReadAsync(_snapshot, cancellationToken));
            }

            return current.Schemas.GetValueOrDefault(resource);
        }
        catch (Exception e) when (PostgresFaults.Of(e) is { } fault)
        {
            throw fault;
        }
        finally
        {
            _reading.Release();
        }
    }

    // The counter is taken before reading: a registration that ends while we read makes this snapshot old at once.
    private async Task<Snapshot> ReadAsync(Snapshot? last, CancellationToken cancellationToken)
    {
        var (registrations, readAt) = (Volatile.Read(ref _registrations), time.GetTimestamp());
        await using var connection = await database.Hub.OpenConnectionAsync(cancellationToken);
        await using var state = new NpgsqlCommand(CatalogSql.SchemaState, connection);
        var versions = (long)(await state.ExecuteScalarAsync(cancellationToken))!;
        var schemas = last is not null && last.Versions == versions ? last.Schemas : await ReadSchemasAsync(connection, cancellationToken);
        return new Snapshot(schemas, versions, registrations, readAt);
    }

    private static async Task<FrozenDictionary<string, ResourceSchema>> ReadSchemasAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var schemas = new List<ResourceSchema>();
        await using var command = new NpgsqlCommand(CatalogSql.ExecutableEntries, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            schemas.Add(SchemaOf.Entry(EntryJson.Read(reader.GetString(0))));
        }

        return schemas.ToFrozenDictionary(schema => schema.Resource, StringComparer.Ordinal);
    }

    /// <summary>What was read. <c>Versions</c> was read before the schemas, so they are at least as new as it says.</summary>
    private sealed record Snapshot(FrozenDictionary<string, ResourceSchema> Schemas, long Versions, int Registrations, long ReadAt);
}
