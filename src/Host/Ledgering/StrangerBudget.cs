using DataHub.Ledger.Entries;

namespace DataHub.Host.Ledgering;

/// <summary>
/// How many refusals of strangers, callers without an account, are recorded one by one: a few a minute from each address and not many in all, so that nobody can fill the ledger from outside. The others are
/// counted, and the count is recorded.
/// </summary>
internal sealed class StrangerBudget(TimeProvider time)
{
    /// <summary>Recorded one by one of an address in a minute.</summary>
    public const int OfAnAddress = 10;

    /// <summary>Recorded one by one of all addresses in a minute.</summary>
    public const int OfAll = 200;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _taken = new(StringComparer.Ordinal);
    private long _since;
    private int _all;
    private long _counted;

    /// <summary>Whether a refusal is to be recorded by itself; otherwise it is counted.</summary>
    /// <param name="peer">The peer as gRPC names it, <c>ipv4:address:port</c>.</param>
    public bool TryTake(string peer)
    {
        lock (_lock)
        {
            if (_taken.Count == 0 || time.GetElapsedTime(_since) >= Window)
            {
                (_since, _all) = (time.GetTimestamp(), 0);
                _taken.Clear();
            }

            var address = AddressOf(peer);
            var taken = _taken.GetValueOrDefault(address);
            if (taken >= OfAnAddress || _all >= OfAll)
            {
                _counted++;
                return false;
            }

            _taken[address] = taken + 1;
            _all++;
            return true;
        }
    }

    /// <summary>The entry for those counted since the last; null where there are none.</summary>
    public LedgerEntry? TakeCounted()
    {
        lock (_lock)
        {
            var counted = _counted;
            _counted = 0;
            return counted == 0 ? null : new LedgerEntry
            {
                Kind = EntryKind.Refused,
                Account = "",
                Organisation = "",
                Method = "hub/strangers",
                Outcome = "STRANGERS_COUNTED",
                Target = $"{counted} more refused calls of strangers",
            };
        }
    }

    // The port is another one with each connection.
    private static string AddressOf(string peer) => peer.LastIndexOf(':') is var colon and > 0 ? peer[..colon] : peer;
}
