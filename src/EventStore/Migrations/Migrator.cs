using DataHub.EventStore.Postgres;
using DataHub.Kernel.Faults;
using Npgsql;

namespace DataHub.EventStore.Migrations;

/// <summary>Brings a database to the schema of this program. Nodes that start together take turns; each change is one transaction and is recorded with its checksum.</summary>
/// <param name="sources">Connections; changes run as the owner.</param>
/// <param name="sets">The modules' changes; modules are applied in this order.</param>
public sealed class Migrator(PostgresDataSources sources, IEnumerable<MigrationSet> sets)
{
    private const string TakeTurn = "select pg_advisory_lock(1684107372, 1)";

    private const string CreateRecord = """
        create schema if not exists datahub authorization datahub_owner;
        grant usage on schema datahub to datahub_hub, datahub_reader;
        create table if not exists datahub.schema_migration (
            module   text        not null,
            number   int         not null,
            name     text        not null,
            checksum bytea       not null,
            applied  timestamptz not null default now(),
            constraint schema_migration_pk primary key (module, number)
        );
        grant select on datahub.schema_migration to datahub_hub, datahub_reader
        """;

    private const string HubRoleMayCopy = "select rolbypassrls from pg_roles where rolname = 'datahub_hub'";

    private const string Record = "insert into datahub.schema_migration (module, number, name, checksum) values ($1, $2, $3, $4)";

    /// <summary>Applies what is missing.</summary>
    /// <param name="cancellationToken">Stops between changes.</param>
    /// <returns>Names of the changes applied, in order.</returns>
    /// <exception cref="FaultException">
    /// The database holds a change this program does not know (<c>SCHEMA_NEWER</c>) or knows otherwise (<c>SCHEMA_CHANGED</c>); the roles are missing
    /// (<c>DATABASE_ROLES</c>); or the database cannot be reached (<c>DATABASE_AWAY</c>).
    /// </exception>
    public async Task<IReadOnlyList<string>> ApplyAsync(CancellationToken cancellationToken)
    {
        var known = sets.SelectMany(set => set.Read()).ToList();
        try
        {
            await using var connection = await sources.Owner.OpenConnectionAsync(cancellationToken);
            await RequireRolesAsync(connection, cancellationToken);
            await ExecuteAsync(connection, TakeTurn, cancellationToken);
            await ExecuteAsync(connection, CreateRecord, cancellationToken);
            var pending = Pending(known, await ReadAppliedAsync(connection, cancellationToken));
            foreach (var migration in pending)
            {
                await ApplyOneAsync(connection, migration, cancellationToken);
            }

            return [.. pending.Select(migration => migration.ToString())];
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedObject or PostgresErrorCodes.InvalidAuthorizationSpecification)
        {
            throw NoRoles(e);
        }
        catch (Exception e) when (PostgresFaults.Of(e) is { } fault)
        {
            throw fault;
        }
    }

    private static FaultException NoRoles(Exception? cause) => new(
        FaultKind.WrongState, "DATABASE_ROLES", "The database lacks the roles datahub_owner, datahub_hub and datahub_reader as the roles script makes them; run it as superuser first.", cause);

    private static async Task RequireRolesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(HubRoleMayCopy, connection);
        if (await command.ExecuteScalarAsync(cancellationToken) is not true)
        {
            throw NoRoles(cause: null);
        }
    }

    private static List<Migration> Pending(List<Migration> known, Dictionary<(string Module, int Number), byte[]> applied)
    {
        var newer = applied.Keys.Except(known.Select(migration => (migration.Module, migration.Number))).Order().FirstOrDefault();
        if (newer.Module is not null)
        {
            throw new FaultException(
                FaultKind.WrongState, "SCHEMA_NEWER", $"The database has schema change {newer.Module}/{newer.Number:0000}, which this program does not know; start the newer program.");
        }

        foreach (var changed in known.Where(migration => applied.TryGetValue((migration.Module, migration.Number), out var sum) && !sum.SequenceEqual(migration.Checksum)))
        {
            throw new FaultException(
                FaultKind.WrongState, "SCHEMA_CHANGED", $"Schema change {changed} was applied with other content than this program carries; start the program that applied it.");
        }

        return [.. known.Where(migration => !applied.ContainsKey((migration.Module, migration.Number)))];
    }

    private static async Task<Dictionary<(string Module, int Number), byte[]>> ReadAppliedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var applied = new Dictionary<(string, int), byte[]>();
        await using var command = new NpgsqlCommand("select module, number, checksum from datahub.schema_migration", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            applied.Add((reader.GetString(0), reader.GetInt32(1)), reader.GetFieldValue<byte[]>(2));
        }

        return applied;
    }

    private static async Task ApplyOneAsync(NpgsqlConnection connection, Migration migration, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, migration.Sql, cancellationToken);
        await using var record = new NpgsqlCommand(Record, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = migration.Module },
                new NpgsqlParameter<int> { TypedValue = migration.Number },
                new NpgsqlParameter<string> { TypedValue = migration.Name },
                new NpgsqlParameter<byte[]> { TypedValue = migration.Checksum },
            },
        };
        await record.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
