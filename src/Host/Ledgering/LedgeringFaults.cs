using System.Globalization;
using DataHub.Kernel.Faults;

namespace DataHub.Host.Ledgering;

/// <summary>What looking after the ledger refuses.</summary>
internal static class LedgeringFaults
{
    public static FaultException HubRunning() =>
        new(FaultKind.WrongState, "HUB_RUNNING", "The hub runs on this data folder; stop it first.");

    public static FaultException TooYoung(int days) => new(
        FaultKind.WrongState, "RETENTION", string.Create(CultureInfo.InvariantCulture, $"Only months that ended {days} days ago or earlier may leave the database; name an earlier month."));

    public static FaultException NotProven() =>
        new(FaultKind.WrongState, "ARCHIVE_NOT_PROVEN", "The export does not prove itself, so nothing was dropped; see hub audit verify for what differs.");

    public static FaultException Pending() =>
        new(FaultKind.WrongState, "ARCHIVE_PENDING", "Leaves of those months are under no head yet, so nothing was dropped; start the hub, wait a second and repeat.");
}
