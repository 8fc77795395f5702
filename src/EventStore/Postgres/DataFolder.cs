using System.Globalization;

namespace DataHub.EventStore.Postgres;

/// <summary>
/// The folder of an embedded server: <c>postgres/</c> (the cluster, user postgres only), <c>postgres.log</c>, <c>format</c>, <c>socket</c>
/// (where the last socket folder was) and <c>hub.lock</c>, held by an OS lock as long as the hub lives.
/// </summary>
internal sealed class DataFolder : IDisposable
{
    public const string Format = "datahub 1";

    private const UnixFileMode PrivateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode PassThroughMode = PrivateMode | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private const int WouldBlock = 11; // EWOULDBLOCK of flock(2)
    private const long LogLimitBytes = 16 << 20;

    private readonly string _folder;
    private readonly FileStream _lock;

    private DataFolder(string folder, FileStream fileLock)
    {
        _folder = folder;
        _lock = fileLock;
    }

    public string Cluster => Path.Combine(_folder, "postgres");

    public string Log => Path.Combine(_folder, "postgres.log");

    private string FormatFile => Path.Combine(_folder, "format");

    private string SocketFile => SocketFileOf(_folder);

    /// <summary>Folder of the socket of a server that another process runs here; null where none does.</summary>
    public static string? RunningSocketFolder(string path)
    {
        var file = SocketFileOf(Path.GetFullPath(path));
        return File.Exists(file) && File.ReadAllText(file) is var folder && Directory.Exists(folder) ? folder : null;
    }

    /// <summary>Takes the folder for this process, making it if missing.</summary>
    public static async Task<DataFolder> TakeAsync(string path, CancellationToken cancellationToken)
    {
        var folder = Path.GetFullPath(path);
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder, PassThroughMode);
        }

        await RequireAccessAsync(folder, cancellationToken);
        var taken = new DataFolder(folder, Lock(folder));
        try
        {
            taken.RequireFormat();
            taken.CutLog();
            return taken;
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    /// <summary>Major version of PostgreSQL that made the cluster, null where there is none yet.</summary>
    public int? ClusterMajor()
    {
        var file = Path.Combine(Cluster, "PG_VERSION");
        return File.Exists(file) ? int.Parse(File.ReadAllText(file).Trim(), CultureInfo.InvariantCulture) : null;
    }

    /// <summary>
    /// Makes the cluster beside its final name and renames it, so that a start cut short leaves nothing half made.
    /// </summary>
    public async Task CreateClusterAsync(PostgresBinaries binaries, bool fsync, CancellationToken cancellationToken)
    {
        var part = Cluster + ".part";
        if (Directory.Exists(part))
        {
            Directory.Delete(part, recursive: true);
        }

        Directory.CreateDirectory(part, PrivateMode);
        await OsCommand.GiveToPostgresAsync(part, cancellationToken);
        string[] command =
        [
            binaries.Program("initdb"), "-D", part, "-U", "postgres", "--auth-local=trust", "--auth-host=reject",
            "--locale=C", "--encoding=UTF8", "--data-checksums", "--no-instructions", .. fsync ? [] : (string[])["--no-sync"],
        ];
        var (exitCode, output) = await OsCommand.RunAsync(asPostgres: true, command, cancellationToken);
        if (exitCode != 0)
        {
            throw EmbeddedFaults.NotStarted("initdb", LastLine(output), Log);
        }

        await File.WriteAllTextAsync(FormatFile, Format + "\n", cancellationToken);
        Directory.Move(part, Cluster);
    }

    /// <summary>A fresh folder for the socket, entered by the server and this process only; the path is short because a socket's may have 107 bytes.</summary>
    public async Task<string> CreateSocketFolderAsync(CancellationToken cancellationToken)
    {
        DeleteSocketFolder();
        var folder = $"/tmp/datahub-{Guid.NewGuid():N}"[..24];
        await File.WriteAllTextAsync(SocketFile, folder, cancellationToken);
        Directory.CreateDirectory(folder, PrivateMode);
        await OsCommand.GiveToPostgresAsync(folder, cancellationToken);
        return folder;
    }

    /// <summary>Removes the socket folder of this run, or of one that was killed.</summary>
    public void DeleteSocketFolder()
    {
        var folder = File.Exists(SocketFile) ? File.ReadAllText(SocketFile) : "";
        if (folder.StartsWith("/tmp/datahub-", StringComparison.Ordinal) && Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        File.Delete(SocketFile);
    }

    /// <summary>Process id in <c>postmaster.pid</c>, null where no server ran or it stopped cleanly.</summary>
    public int? PostmasterPid()
    {
        try
        {
            using var reader = File.OpenText(Path.Combine(Cluster, "postmaster.pid"));
            return int.TryParse(reader.ReadLine(), CultureInfo.InvariantCulture, out var pid) ? pid : null;
        }
        catch (IOException)
        {
            return null; // Absent, or removed while we looked: no server either way.
        }
    }

    /// <summary>Last line the server logged, for the reason of a failed start.</summary>
    public string LastLogLine() => File.Exists(Log) ? LastLine(File.ReadAllText(Log)) : "no log was written";

    public void Dispose() => _lock.Dispose();

    private static string SocketFileOf(string folder) => Path.Combine(folder, "socket");

    private static string LastLine(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "no reason was given";

    private static async Task RequireAccessAsync(string folder, CancellationToken cancellationToken)
    {
        var (exitCode, _) = await OsCommand.RunAsync(asPostgres: true, ["test", "-x", folder], cancellationToken);
        if (exitCode != 0)
        {
            throw EmbeddedFaults.NoAccess(folder, Obstacle(folder));
        }
    }

    // The first folder on the way that others may not pass.
    private static string Obstacle(string folder)
    {
        var way = new Stack<string>();
        for (var at = folder; at is not null; at = Path.GetDirectoryName(at))
        {
            way.Push(at);
        }

        return way.FirstOrDefault(at => !File.GetUnixFileMode(at).HasFlag(UnixFileMode.OtherExecute)) ?? folder;
    }

    // FileShare.None is flock(LOCK_EX): the system lets go of it however the process ends.
    private static FileStream Lock(string folder)
    {
        try
        {
            return new FileStream(Path.Combine(folder, "hub.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e.HResult == WouldBlock)
        {
            throw EmbeddedFaults.InUse(folder);
        }
    }

    private void RequireFormat()
    {
        var found = File.Exists(FormatFile) ? File.ReadAllText(FormatFile).Trim() : "";
        if (found != Format && (found.Length > 0 || Directory.Exists(Cluster)))
        {
            throw EmbeddedFaults.OtherFormat(_folder, found);
        }
    }

    private void CutLog()
    {
        if (File.Exists(Log) && new FileInfo(Log).Length > LogLimitBytes)
        {
            File.Move(Log, Log + ".1", overwrite: true);
        }
    }
}
