using System.Globalization;
using Npgsql;

namespace DataHub.Acceptance.Tests.Support;

/// <summary>The database of a hub that runs on a data folder, looked at from behind as its superuser.</summary>
internal sealed class HubDatabase(string dataFolder)
{
    private const string DatabaseName = "datahub";

    /// <summary>Folder of the cluster's socket while the server runs.</summary>
    public string SocketFolder => File.ReadAllText(Path.Combine(dataFolder, "database", "socket"));

    /// <summary>Process of the server.</summary>
    public int ServerId => int.Parse(File.ReadLines(Path.Combine(dataFolder, "database", "postgres", "postmaster.pid")).First(), CultureInfo.InvariantCulture);

    /// <summary>A program of the very version that runs, for example <c>pg_dump</c>.</summary>
    public string Program(string name) =>
        Path.Combine(Path.GetDirectoryName(File.ResolveLinkTarget($"/proc/{ServerId}/exe", returnFinalTarget: true)!.FullName)!, name);

    /// <summary>Arguments that lead PostgreSQL's programs to the database.</summary>
    public IEnumerable<string> Address => ["-h", SocketFolder, "-U", "postgres", "-d", DatabaseName];

    public async Task<NpgsqlConnection> ConnectAsync()
    {
        var settings = new NpgsqlConnectionStringBuilder { Host = SocketFolder, Database = DatabaseName, Username = "postgres", Pooling = false };
        var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        return connection;
    }

    public async Task<long> CountAsync(string sql)
    {
        await using var connection = await ConnectAsync();
        return await CountAsync(connection, sql);
    }

    public static async Task<long> CountAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    /// <summary>First column of every row, in order: what two databases are compared by.</summary>
    public async Task<IReadOnlyList<string>> LinesAsync(string sql)
    {
        await using var connection = await ConnectAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var lines = new List<string>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            lines.Add(reader.GetString(0));
        }

        return [.. lines.Order(StringComparer.Ordinal)];
    }

    /// <summary>Everything a call may leave behind, counted: events, streams, batches, quarantine, answers, keys.</summary>
    public Task<IReadOnlyList<string>> TracesAsync() => LinesAsync(
        """
        select concat_ws(' ', 'event', type, count(*)) from datahub.mt_events group by type
        union all select concat_ws(' ', 'batch', resource, state, count(*)) from datahub.batch group by resource, state
        union all select concat_ws(' ', 'streams', count(*)) from datahub.mt_streams
        union all select concat_ws(' ', 'quarantine', count(*)) from datahub.quarantine
        union all select concat_ws(' ', 'answers', count(*)) from datahub.ledger_entry where kind = 1
        union all select concat_ws(' ', 'keys', count(*)) from datahub.subject_key
        """);
}
