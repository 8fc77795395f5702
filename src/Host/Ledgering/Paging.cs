using System.Buffers.Binary;
using System.Buffers.Text;
using DataHub.Ledger.Search;

namespace DataHub.Host.Ledgering;

/// <summary>Pages on the wire: a size, and a token that says where to go on.</summary>
internal static class Paging
{
    private const int DefaultSize = 100;
    private const int TokenBytes = 20;

    /// <exception cref="Kernel.Faults.FaultException"><c>PAGE_SIZE</c>.</exception>
    public static int Size(int asked) => asked switch
    {
        0 => DefaultSize,
        > 0 and <= LedgerQuery.MaxPage => asked,
        _ => throw AuditFaults.PageSize(LedgerQuery.MaxPage),
    };

    /// <exception cref="Kernel.Faults.FaultException"><c>PAGE_TOKEN</c>.</exception>
    public static EntryPlace? Read(string token)
    {
        if (token.Length == 0)
        {
            return null;
        }

        if (!Base64Url.IsValid(token, out var length) || length != TokenBytes)
        {
            throw AuditFaults.PageToken();
        }

        var bytes = Base64Url.DecodeFromChars(token).AsSpan();
        var micros = BinaryPrimitives.ReadInt64BigEndian(bytes);
        return micros is < 0 or > 253_402_300_799_999_999
            ? throw AuditFaults.PageToken()
            : new EntryPlace(DateTimeOffset.UnixEpoch.AddTicks(micros * TimeSpan.TicksPerMicrosecond), BinaryPrimitives.ReadInt64BigEndian(bytes[8..]), BinaryPrimitives.ReadInt32BigEndian(bytes[16..]));
    }

    /// <summary>The token behind the last row of a page; empty where the page was not full, for then nothing follows.</summary>
    public static string Next(IReadOnlyList<RecordedEntry> page, int size)
    {
        if (page.Count < size)
        {
            return "";
        }

        var place = page[^1].Place;
        Span<byte> bytes = stackalloc byte[TokenBytes];
        BinaryPrimitives.WriteInt64BigEndian(bytes, (place.At - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);
        BinaryPrimitives.WriteInt64BigEndian(bytes[8..], place.LeafId);
        BinaryPrimitives.WriteInt32BigEndian(bytes[16..], place.Ordinal);
        return Base64Url.EncodeToString(bytes);
    }
}
