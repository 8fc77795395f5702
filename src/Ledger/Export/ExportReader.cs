using DataHub.Kernel;
using DataHub.Kernel.Faults;
using DataHub.Ledger.Heads;

namespace DataHub.Ledger.Export;

/// <summary>
/// Streams an export. Every method may refuse while it is being read: <c>EXPORT_MISSING</c>, or <c>EXPORT_DAMAGED</c> with the file and the byte. What it returns is what the tables had, believed in nothing;
/// the auditor judges it.
/// </summary>
public sealed class ExportReader
{
    private readonly string _folder;
    private readonly ExportManifest _manifest;

    private ExportReader(string folder, ExportManifest manifest)
    {
        _folder = folder;
        _manifest = manifest;
    }

    /// <summary>Whose ledger it says to be.</summary>
    public HubName Hub => _manifest.Hub;

    /// <summary>Whether events stand in it with their data.</summary>
    public bool HasEvents => _manifest.Segments(ExportManifest.Events).Count > 0;

    /// <summary>Opens an export.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="FaultException"><c>EXPORT_MISSING</c>, <c>EXPORT_DAMAGED</c>.</exception>
    public static ExportReader Open(string folder) => new(folder, ExportManifest.Read(folder));

    /// <summary>Heads, oldest first.</summary>
    public IEnumerable<SignedHead> ReadHeads()
    {
        var chains = Read(_manifest.File(ExportManifest.Signers), ExportForms.ReadChain).ToList();
        return Read(_manifest.File(ExportManifest.Heads), record => ExportForms.ReadHead(record, chains));
    }

    /// <summary>Leaves under the last head, by index.</summary>
    public IEnumerable<ExportedLeaf> ReadLeaves() => _manifest.Segments(ExportManifest.Leaves).SelectMany(file => Read(file, ExportForms.ReadLeaf));

    /// <summary>Leaves under no head yet.</summary>
    public IEnumerable<ExportedLeaf> ReadPending() => Read(_manifest.File(ExportManifest.Pending), ExportForms.ReadLeaf);

    /// <summary>Events, by sequence.</summary>
    public IEnumerable<ExportedEvent> ReadEvents() => _manifest.Segments(ExportManifest.Events).SelectMany(file => Read(file, ExportForms.ReadEvent));

    private IEnumerable<T> Read<T>(ExportFile file, Func<ReadOnlyMemory<byte>, T> read)
    {
        foreach (var (offset, record) in RecordFile.Read(_folder, file))
        {
            T value;
            try
            {
                value = read(record);
            }
            catch (InvalidDataException e)
            {
                throw ExportFaults.Damaged(file.Name, offset, e.Message, e);
            }

            yield return value;
        }
    }
}
