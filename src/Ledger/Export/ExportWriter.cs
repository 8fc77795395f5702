using System.Buffers;
using DataHub.Crypto.Sm2;
using DataHub.Kernel;
using DataHub.Kernel.Faults;
using DataHub.Ledger.Heads;

namespace DataHub.Ledger.Export;

/// <summary>How much an export holds.</summary>
/// <param name="Leaves">Leaves under the last head.</param>
/// <param name="Pending">Leaves under no head yet.</param>
/// <param name="Heads">Heads.</param>
/// <param name="Events">Events with their data.</param>
public sealed record ExportCounts(long Leaves, long Pending, long Heads, long Events);

/// <summary>Writes the ledger into a folder, so that it can be audited anywhere by whoever has the root certificate (<see cref="ExportReader"/>, <c>docs/ledger.md</c>).</summary>
public sealed class ExportWriter
{
    /// <summary>Leaves, or events, of one file.</summary>
    public const int SegmentRecords = 65_536;

    private readonly string _folder;
    private readonly ArrayBufferWriter<byte> _record = new(4096);
    private readonly List<ExportFile> _files = [];

    private ExportWriter(string folder) => _folder = folder;

    /// <summary>Writes an export: all of it, or no folder. The sources are read one after the other: heads, leaves, pending, events.</summary>
    /// <param name="folder">The folder, which must not exist; made for its owner only, since it holds pseudonyms and events.</param>
    /// <param name="hub">Whose ledger.</param>
    /// <param name="source">What goes in.</param>
    /// <param name="cancellationToken">Stops writing and leaves nothing behind.</param>
    /// <exception cref="FaultException">The folder exists: <c>EXPORT_EXISTS</c>.</exception>
    public static async Task<ExportCounts> WriteAsync(string folder, HubName hub, ExportSource source, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(hub);
        ArgumentNullException.ThrowIfNull(source);
        if (Path.Exists(folder))
        {
            throw ExportFaults.Exists(folder);
        }

        var draft = $"{Path.TrimEndingDirectorySeparator(folder)}.{Guid.NewGuid():n}.part";
        Directory.CreateDirectory(draft, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        try
        {
            var writer = new ExportWriter(draft);
            var counts = await writer.WriteFilesAsync(source, cancellationToken);
            await File.WriteAllBytesAsync(Path.Combine(draft, ExportManifest.FileName), new ExportManifest(hub, writer._files).ToBytes(), cancellationToken);
            Directory.Move(draft, folder);
            return counts;
        }
        catch
        {
            Directory.Delete(draft, recursive: true);
            throw;
        }
    }

    private async Task<ExportCounts> WriteFilesAsync(ExportSource source, CancellationToken cancellationToken)
    {
        var heads = await WriteHeadsAsync(source.Heads, cancellationToken);
        var leaves = await WriteSegmentsAsync(ExportManifest.Leaves, source.Leaves, leaf => ExportForms.Write(_record, leaf), cancellationToken);
        var pending = await WritePendingAsync(source.Pending, cancellationToken);
        var events = source.Events is null ? 0 : await WriteSegmentsAsync(ExportManifest.Events, source.Events, stored => ExportForms.Write(_record, stored), cancellationToken);
        return new ExportCounts(leaves, pending, heads, events);
    }

    private async Task<long> WriteHeadsAsync(IAsyncEnumerable<SignedHead> heads, CancellationToken cancellationToken)
    {
        var (chains, numbers) = (new List<IReadOnlyList<ReadOnlyMemory<byte>>>(), new Dictionary<string, int>());
        using var file = new RecordFile.Writer(_folder, ExportManifest.Heads);
        await foreach (var head in heads.WithCancellation(cancellationToken))
        {
            var key = KeyOf(head.Certificates);
            if (numbers.TryAdd(key, chains.Count))
            {
                chains.Add(head.Certificates);
            }

            Write(file, () => ExportForms.Write(_record, head, numbers[key]));
        }

        _files.Add(file.Finish());
        using var signers = new RecordFile.Writer(_folder, ExportManifest.Signers);
        chains.ForEach(chain => Write(signers, () => ExportForms.Write(_record, chain)));
        _files.Add(signers.Finish());
        return file.Count;
    }

    private async Task<long> WritePendingAsync(IAsyncEnumerable<ExportedLeaf> pending, CancellationToken cancellationToken)
    {
        using var file = new RecordFile.Writer(_folder, ExportManifest.Pending);
        await foreach (var leaf in pending.WithCancellation(cancellationToken))
        {
            Write(file, () => ExportForms.Write(_record, leaf));
        }

        _files.Add(file.Finish());
        return file.Count;
    }

    private async Task<long> WriteSegmentsAsync<T>(string kind, IAsyncEnumerable<T> records, Action<T> write, CancellationToken cancellationToken)
    {
        // There is always a first segment, so that "no events at all" and "events left out" are not the same.
        var (total, number) = (0L, 0);
        var file = new RecordFile.Writer(_folder, ExportManifest.Segment(kind, number));
        try
        {
            await foreach (var record in records.WithCancellation(cancellationToken))
            {
                if (file.Count == SegmentRecords)
                {
                    _files.Add(file.Finish());
                    file.Dispose();
                    file = new RecordFile.Writer(_folder, ExportManifest.Segment(kind, ++number));
                }

                Write(file, () => write(record));
                total++;
            }

            _files.Add(file.Finish());
            return total;
        }
        finally
        {
            file.Dispose();
        }
    }

    private void Write(RecordFile.Writer file, Action write)
    {
        _record.ResetWrittenCount();
        write();
        file.Write(_record.WrittenSpan);
    }

    private static string KeyOf(IReadOnlyList<ReadOnlyMemory<byte>> chain) => string.Join('.', chain.Select(der => Convert.ToHexString(Sm3.Hash(der.Span))));
}
