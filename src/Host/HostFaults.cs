using DataHub.Kernel.Faults;

namespace DataHub.Host;

/// <summary>Why a hub would not start, each with a way out.</summary>
internal static class HostFaults
{
    public static FaultException PortInUse(string address, int port, Exception inner) =>
        new(FaultKind.WrongState, "PORT_IN_USE", $"Port {port} on {address} is in use; stop what listens there or choose another with --port.", inner);

    public static FaultException NoHub(string folder) =>
        new(FaultKind.WrongState, "DATA_FOLDER_EMPTY", $"No hub has been started on {folder} yet; start one with ./hub serve or ./hub demo, or name its folder with --data.");

    public static FaultException NoIcu() =>
        new(FaultKind.Unavailable, "ICU_MISSING", "Text cannot be normalised without ICU; install it with apt-get install -y libicu72 and unset DOTNET_SYSTEM_GLOBALIZATION_INVARIANT.");

    public static FaultException CannotListen(string address, int port, Exception inner) =>
        new(FaultKind.WrongState, "ADDRESS_UNUSABLE", $"This machine cannot listen on {address} port {port}; choose another with --address or --port.", inner);

    // PostgreSQL's own sentence may quote a name of the connection string, never a value of a record: no statement with values has run yet.
    public static FaultException Database(Exception inner) =>
        new(FaultKind.Unavailable, "DATABASE_START", $"The database refused the hub ({inner.Message.ReplaceLineEndings(" ")}); check --database, the roles (docs/operations.md) and their passwords.", inner);

    public static FaultException SchemaOld(Exception inner) =>
        new(FaultKind.WrongState, "SCHEMA_OLD", "The database has not been brought to this program's schema; start the hub on it once.", inner);

    public static FaultException ConnectionString(Exception inner) =>
        new(FaultKind.Malformed, "CONNECTION_STRING", "The connection string of the database cannot be read; it has the form Host=…;Database=….", inner);

    public static FaultException OtherHub(string folder, string found, string wanted) =>
        new(FaultKind.WrongState, "DATA_FOLDER_OTHER_HUB", $"{folder} belongs to hub {found}, not {wanted}; choose another folder.");

    public static FaultException NewerFolder(string folder, int found, int known) =>
        new(FaultKind.WrongState, "DATA_FOLDER_VERSION", $"{folder} has format {found}, this program knows {known}; use the program that made it, or another folder with --data.");

    public static FaultException Damaged(string file, Exception inner) =>
        new(FaultKind.WrongState, "DATA_FOLDER_DAMAGED", $"{file} cannot be read; restore it from the backup, or choose another folder with --data.", inner);

    public static FaultException HalfMade(string folder, Exception inner) =>
        new(FaultKind.WrongState, "DATA_FOLDER_KEYS", $"Keys in {folder} are missing or damaged: {inner.Message} Restore them from the key backup, or choose another folder with --data.", inner);

    public static FaultException AuthorityExists(string name) =>
        new(FaultKind.Exists, "AUTHORITY_EXISTS", $"An outside authority {name}, or the same one under another name, is trusted already.");

    public static FaultException AuthorityUnknown(string name) =>
        new(FaultKind.Unknown, "AUTHORITY_UNKNOWN", $"There is no outside authority {name}; hub ca status lists them.");

    public static FaultException AuthorityUnfit(string file) =>
        new(FaultKind.Malformed, "AUTHORITY_UNFIT", $"{file} must hold one certificate of an authority with a key on P-256 or P-384.");

    public static FaultException ServerCertificateEnded(string file, DateTimeOffset end) =>
        new(FaultKind.WrongState, "SERVER_CERTIFICATE_ENDED", $"The certificate in {file} ended at {end:u}; bring a new one.");
}
