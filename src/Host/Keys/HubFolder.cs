using System.Text.Json;
using DataHub.Kernel;

namespace DataHub.Host.Keys;

/// <summary>
/// Layout of a hub's data folder: <c>hub.json</c> (format and name), <c>keys/</c> (sealing), <c>tls/</c>, <c>licences/</c>, <c>systems/</c>
/// (certificates issued here for systems) and <c>database/</c> (the hub's own PostgreSQL). Only the database is entered by another user.
/// </summary>
public sealed class HubFolder
{
    /// <summary>Format of the folder that this program writes and reads.</summary>
    public const int Format = 1;

    /// <summary>Certificate the running hub shows, without its key; its absence asks the hub for a new one.</summary>
    internal const string ServerFile = "server.crt";

    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode PassThrough = Private | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>A folder by its path; nothing is read or made yet.</summary>
    /// <param name="path">The folder.</param>
    public HubFolder(string path) => Path = System.IO.Path.GetFullPath(path);

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Certificates and keys of systems that were issued here, one PEM file each, and <c>tls-root.crt</c>.</summary>
    public string Systems => At("systems");

    /// <summary>File that says where the running hub listens; absent while none runs.</summary>
    public string RunningFile => At("running.json");

    /// <summary>A hub has been started on the folder.</summary>
    public bool IsMade => File.Exists(HubFile);

    internal string Keys => At("keys");

    internal string Tls => At("tls");

    /// <summary>Outside authorities whose client certificates are taken.</summary>
    internal string Trusted => System.IO.Path.Combine(Tls, "trusted");

    internal string Licences => At("licences");

    internal string Database => At("database");

    private string HubFile => At("hub.json");

    /// <summary>Opens the folder for a hub, making it if missing.</summary>
    /// <exception cref="Kernel.Faults.FaultException">Another hub's, of another format, or damaged.</exception>
    internal void Open(HubName name)
    {
        Directory.CreateDirectory(Path, PassThrough);
        if (!File.Exists(HubFile))
        {
            Replace(HubFile, JsonSerializer.Serialize(new HubFileContent(Format, name.Value)));
        }

        var found = ReadHubFile();
        if (found.Hub != name.Value)
        {
            throw HostFaults.OtherHub(Path, found.Hub, name.Value);
        }

        Directory.CreateDirectory(Systems, Private);
    }

    /// <summary>Makes a folder of keys in one step: a start that is cut short leaves none of it.</summary>
    internal static void MakeOnce(string folder, Action<string> make)
    {
        if (Directory.Exists(folder))
        {
            return;
        }

        var part = folder + ".part";
        if (Directory.Exists(part))
        {
            Directory.Delete(part, recursive: true);
        }

        Directory.CreateDirectory(part, Private);
        make(part);
        Directory.Move(part, folder);
    }

    internal static void Replace(string path, string text)
    {
        File.WriteAllText(path + ".part", text);
        File.Move(path + ".part", path, overwrite: true);
    }

    /// <summary>Name of the hub that was started on the folder.</summary>
    /// <exception cref="Kernel.Faults.FaultException">None was, or the folder is of another format or damaged.</exception>
    internal HubName ReadName() => IsMade ? new HubName(ReadHubFile().Hub) : throw HostFaults.NoHub(Path);

    private HubFileContent ReadHubFile()
    {
        try
        {
            var found = JsonSerializer.Deserialize<HubFileContent>(File.ReadAllText(HubFile));
            return found is { Format: Format } ? found : throw HostFaults.NewerFolder(Path, found?.Format ?? 0, Format);
        }
        catch (JsonException e)
        {
            throw HostFaults.Damaged(HubFile, e);
        }
    }

    private string At(string name) => System.IO.Path.Combine(Path, name);

    private sealed record HubFileContent(int Format, string Hub);
}
