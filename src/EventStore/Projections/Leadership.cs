using DataHub.EventStore.Postgres;
using Npgsql;

namespace DataHub.EventStore.Projections;

/// <summary>
/// What this node leads, by session locks on one connection of its own: when that connection is gone so is the leadership, and another node takes over. Whoever leads
/// asks again before each commit.
/// </summary>
internal sealed class Leadership(PostgresDataSources sources) : IAsyncDisposable
{
    private const int AnswerWithinSeconds = 5;

    private readonly SemaphoreSlim _turn = new(1);
    private readonly HashSet<string> _held = new(StringComparer.Ordinal);
    private NpgsqlConnection? _connection;

    /// <summary>Takes the lead unless another node has it.</summary>
    public Task<bool> TryLeadAsync(string what, CancellationToken cancellationToken) => InTurnAsync(
        async connection =>
        {
            if (_held.Contains(what))
            {
                return true;
            }

            var leads = await ScalarAsync(connection, ProjectionSql.TryLead, cancellationToken, new NpgsqlParameter<string> { TypedValue = what }) is true;
            return leads && _held.Add(what);
        },
        cancellationToken);

    /// <summary>Whether the lead is still held now, asked of the server.</summary>
    public Task<bool> StillLeadsAsync(string what, CancellationToken cancellationToken) => InTurnAsync(
        async connection => _held.Contains(what) && await ScalarAsync(connection, "select true", cancellationToken) is true,
        cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await DropAsync();
        _turn.Dispose();
    }

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = AnswerWithinSeconds };
        command.Parameters.AddRange(parameters);
        return await command.ExecuteScalarAsync(cancellationToken);
    }

    private async Task<bool> InTurnAsync(Func<NpgsqlConnection, Task<bool>> ask, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            _connection ??= await sources.Standing.OpenConnectionAsync(cancellationToken);
            return await ask(_connection);
        }
        catch
        {
            await DropAsync(); // An answer that did not come leaves open what is held: better nothing.
            throw;
        }
        finally
        {
            _turn.Release();
        }
    }

    private async ValueTask DropAsync()
    {
        _held.Clear();
        if (_connection is { } connection)
        {
            _connection = null;
            await connection.DisposeAsync();
        }
    }
}
