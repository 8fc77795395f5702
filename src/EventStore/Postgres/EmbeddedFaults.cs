using DataHub.Kernel.Faults;

namespace DataHub.EventStore.Postgres;

/// <summary>Why the hub's own PostgreSQL would not start, each with a way out.</summary>
internal static class EmbeddedFaults
{
    public static FaultException Missing() => Unavailable(
        "POSTGRES_MISSING",
        "No PostgreSQL server programs were found; install them with: apt-get install -y postgresql (or configure a connection string).");

    public static FaultException OtherMajor(string folder, int clusterMajor, int? programMajor) => WrongState(
        "DATA_FOLDER_VERSION",
        $"{folder} was made by PostgreSQL {clusterMajor}, but {(programMajor is { } major ? $"PostgreSQL {major}" : "no matching program")} is installed; " +
        $"install it with: apt-get install -y postgresql-{clusterMajor}, or upgrade the folder with pg_upgrade.");

    public static FaultException OtherFormat(string folder, string found) => WrongState(
        "DATA_FOLDER_VERSION",
        $"{folder} has data folder format '{found}', this program knows '{DataFolder.Format}'; use the program that made it, or another folder.");

    public static FaultException NoAccess(string folder, string obstacle) => WrongState(
        "DATA_FOLDER_ACCESS",
        $"User postgres may not enter {folder}; allow it with: chmod o+x {obstacle}, or choose a folder under /var/lib.");

    public static FaultException InUse(string folder) => WrongState(
        "DATA_FOLDER_IN_USE",
        $"{folder} is held by another running hub; stop that one or choose another data folder.");

    public static FaultException NotStarted(string program, string reason, string log) => Unavailable(
        "POSTGRES_START",
        $"{program} did not start: {reason} (log: {log}).");

    private static FaultException Unavailable(string code, string message) => new(FaultKind.Unavailable, code, message);

    private static FaultException WrongState(string code, string message) => new(FaultKind.WrongState, code, message);
}
