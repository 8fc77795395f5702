using DataHub.Ledger.Heads;
using Npgsql;

namespace DataHub.Ledger.Storage;

/// <summary>A head as it stands in the database.</summary>
/// <param name="Size">Number of leaves, as the key says.</param>
/// <param name="Signed">Text, signature and certificates.</param>
/// <param name="LowXid">Below this transaction every committed leaf has its place.</param>
internal sealed record StoredHead(long Size, SignedHead Signed, ulong LowXid)
{
    /// <exception cref="InvalidDataException">The text is no head, or another size's.</exception>
    public TreeHead Head => TreeHead.Parse(Signed.Text.Span) is var head && head.Size == Size ? head : throw new InvalidDataException($"The head of size {Size} says another size.");
}

/// <summary>Reads heads on one connection.</summary>
internal static class HeadTable
{
    /// <summary>The last head; null before the first.</summary>
    public static async Task<StoredHead?> LastAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(TreeSql.LastHead, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? Map(reader) : null;
    }

    /// <summary>The smallest head of a size or more; null where there is none.</summary>
    public static async Task<StoredHead?> FromAsync(NpgsqlConnection connection, long size, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(TreeSql.HeadFrom, connection) { Parameters = { new NpgsqlParameter<long> { TypedValue = size } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? Map(reader) : null;
    }

    public static StoredHead Map(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        new SignedHead(row.GetFieldValue<byte[]>(1), row.GetFieldValue<byte[]>(2), [.. row.GetFieldValue<byte[][]>(3).Select(der => (ReadOnlyMemory<byte>)der)]),
        row.GetFieldValue<ulong>(4));
}
