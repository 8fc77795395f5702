using DataHub.Kernel.Faults;

namespace DataHub.EventStore.Sealing;

/// <summary>What the handling of keys refuses.</summary>
internal static class SealingFaults
{
    public static FaultException FilesDiffer(string name, bool missing) => WrongState(
        "KEY_FILES_DIFFER",
        $"Key file {name}.key {(missing ? "is missing" : "is not the one")} this database was written with; copy the key files of the other nodes or of the backup.");

    // Unavailable, because it cures itself as soon as the file is there.
    public static FaultException FileMissing(int number) => new(
        FaultKind.Unavailable, "KEY_FILE_MISSING", $"Key file kek-{number}.key is not on this node; copy it from another node or from the key backup, no restart is needed.");

    public static FaultException FileDamaged(Exception inner) =>
        new(FaultKind.Unavailable, "KEY_FILE_MISSING", $"A key file cannot be read: {inner.Message} Copy it again from another node or from the key backup.", inner);

    public static FaultException Unknown(int number) =>
        new(FaultKind.Unknown, "KEY_UNKNOWN", $"No node has reported key-encryption key {number}; make it with keys add, or start a node that has the file.");

    public static FaultException NotEverywhere(int number, IEnumerable<string> nodes) =>
        WrongState("KEY_NOT_EVERYWHERE", $"Key file kek-{number}.key is missing or differs on {string.Join(", ", nodes)}; copy it there first, each node looks every five seconds.");

    public static FaultException Retired(int number) =>
        WrongState("KEY_RETIRED", $"Key-encryption key {number} is retired; make a new one with keys add.");

    public static FaultException StillActive(int number) =>
        WrongState("KEY_IN_USE", $"Key-encryption key {number} wraps new keys; activate another first.");

    public static FaultException StillUsed(int number, long count) =>
        WrongState("KEY_IN_USE", $"Key-encryption key {number} still wraps {count} keys; run keys rewrap first.");

    public static FaultException JournalDamaged(string path) =>
        WrongState("ERASURE_JOURNAL", $"The journal of erasures {path} was changed or belongs to other key files; put back the copy of another node or of the key backup.");

    public static FaultException JournalHeld(string path, Exception inner) =>
        new(FaultKind.Unavailable, "ERASURE_JOURNAL", $"The journal of erasures {path} is held by another process.", inner);

    public static FaultException BackupDamaged(string path) =>
        WrongState("KEY_BACKUP", $"{path} is not a whole key backup made with these key files; nothing was restored.");

    public static FaultException BackupKey(string path, string name) =>
        WrongState("KEY_BACKUP", $"{path} needs key file {name}.key, which is missing here or another; nothing was restored.");

    private static FaultException WrongState(string code, string message) => new(FaultKind.WrongState, code, message);
}
