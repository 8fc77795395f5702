using DataHub.EventStore.Postgres;
using DataHub.Kernel.Faults;
using DataHub.Ledger.Entries;
using Grpc.Core;

namespace DataHub.Host.Ledgering;

/// <summary>How a call ended.</summary>
/// <param name="Kind">Refused or failed; null = it went well, and its method says what it was.</param>
/// <param name="Code"><c>OK</c>, or a permanent code.</param>
internal readonly record struct CallOutcome(EntryKind? Kind, string Code)
{
    public static readonly CallOutcome Done = new(null, "OK");

    /// <summary>What an exception that ended a call says of it.</summary>
    /// <param name="exception">The exception.</param>
    /// <param name="cancellation">The caller's: whoever left is not the hub's failure.</param>
    public static CallOutcome Of(Exception exception, CancellationToken cancellation) => (exception as FaultException ?? PostgresFaults.Of(exception)) switch
    {
        { Kind: FaultKind.Unavailable } away => new CallOutcome(EntryKind.Failed, away.Code),
        { } fault => new CallOutcome(EntryKind.Refused, fault.Code),
        null when cancellation.IsCancellationRequested => new CallOutcome(EntryKind.Failed, "CANCELLED"),
        null when exception is RpcException rpc => new CallOutcome(EntryKind.Refused, $"STATUS_{(int)rpc.StatusCode}"),
        null => new CallOutcome(EntryKind.Failed, "INTERNAL"),
    };
}
