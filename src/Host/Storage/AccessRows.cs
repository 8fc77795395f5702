using System.Text.Json;
using DataHub.Host.Access;
using DataHub.Kernel.Access;
using Npgsql;

namespace DataHub.Host.Storage;

/// <summary>A thing as it stands, and the version of its stream.</summary>
internal sealed record Held<T>(T State, long Version);

/// <summary>Rows of the register, read as the things they are.</summary>
internal static class AccessRows
{
    public static Held<Organisation> Organisation(NpgsqlDataReader row) => new(new Organisation(row.GetString(0), row.GetString(1), row.GetBoolean(2)), row.GetInt64(3));

    public static Held<Account> Account(NpgsqlDataReader row) => new(
        new Account(
            row.GetString(0),
            RoleNames.KindOf(row.GetString(1)),
            row.GetString(2),
            RoleNames.RolesOf(row.GetFieldValue<string[]>(3)),
            RoleNames.StateOf(row.GetString(4)),
            Text(row, 5)),
        row.GetInt64(6));

    public static Held<HeldGrant> Grant(NpgsqlDataReader row) => new(
        new HeldGrant(
            row.GetString(0),
            new GrantTerms(
                row.GetString(1),
                row.GetString(2),
                row.GetFieldValue<string[]>(3),
                row.GetFieldValue<string[]>(4),
                (GrantOperations)row.GetInt32(5),
                row.GetBoolean(6),
                row.GetInt32(7),
                row.IsDBNull(8) ? null : row.GetFieldValue<DateOnly>(8)),
            row.GetBoolean(9)),
        row.GetInt64(10));

    public static Held<Change> Change(NpgsqlDataReader row) => new(
        new Change(
            new ChangeProposed(
                row.GetString(0),
                JsonSerializer.Deserialize<ChangeContent>(row.GetString(2)) ?? throw new InvalidDataException("A stored change has no content."),
                row.GetString(3),
                new AccessAct(row.GetString(4), row.GetFieldValue<DateTimeOffset>(5))),
            RoleNames.ChangeStateOf(row.GetString(1)),
            row.IsDBNull(6) ? null : new AccessAct(row.GetString(6), row.GetFieldValue<DateTimeOffset>(7))),
        row.GetInt64(8));

    /// <summary>Runs a query and maps every row.</summary>
    public static async Task<List<T>> ReadAsync<T>(NpgsqlCommand query, Func<NpgsqlDataReader, T> map, CancellationToken cancellationToken)
    {
        await using var reader = await query.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(map(reader));
        }

        return rows;
    }

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
