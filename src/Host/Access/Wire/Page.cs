using DataHub.Kernel.Faults;
using Google.Protobuf.Collections;

namespace DataHub.Host.Access.Wire;

/// <summary>Which page of a list is wanted.</summary>
/// <param name="Size">Entries on it.</param>
/// <param name="After">Key of the last entry of the page before; null = the first page.</param>
internal readonly record struct Page(int Size, string? After)
{
    /// <summary>Rows to read: one more than go on the page tells whether there is another.</summary>
    public int Rows => Size + 1;

    /// <exception cref="FaultException"><c>PAGE_SIZE</c>, <c>FIELD_TOO_LONG</c>.</exception>
    public static Page Of(int size, string token, int usual = 100, int most = 1_000) => size >= 0 && size <= most
        ? new Page(size == 0 ? usual : size, Require.OptionalText(token, "page_token", maxLength: 128) is { Length: > 0 } after ? after : null)
        : throw Require.Malformed("PAGE_SIZE", "page_size", $"must be 0 to {most}");

    /// <summary>Puts what was read on the page.</summary>
    /// <returns>The token of the next page; empty = there is none.</returns>
    public string Fill<TRow, TEntry>(RepeatedField<TEntry> page, IReadOnlyList<TRow> rows, Func<TRow, TEntry> entry, Func<TRow, string> key)
    {
        page.AddRange(rows.Take(Size).Select(entry));
        return rows.Count > Size ? key(rows[Size - 1]) : "";
    }
}
