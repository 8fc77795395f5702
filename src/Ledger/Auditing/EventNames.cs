using System.Buffers.Binary;
using DataHub.Crypto.Sm2;
using DataHub.Ledger.Export;

namespace DataHub.Ledger.Auditing;

/// <summary>An event as some leaf names it.</summary>
internal readonly record struct EventName(long Sequence, long LeafIndex, ReadOnlyMemory<byte> Hash);

/// <summary>
/// The events that leaves name, sorted by sequence: runs of a bounded length are sorted in memory and put into a temporary file, then merged. Memory does not grow with the ledger.
/// </summary>
/// <param name="maxInMemory">Length of a run.</param>
internal sealed class EventNames(int maxInMemory) : IDisposable
{
    private const int NameBytes = sizeof(long) + sizeof(long) + Sm3.HashBytes;
    private const int BufferBytes = 64 * 1024;

    private readonly List<(long Offset, int Count)> _runs = [];
    private List<EventName> _run = [];
    private FileStream? _file;

    /// <summary>Names added.</summary>
    public long Count { get; private set; }

    public void Add(ExportedLeaf leaf)
    {
        foreach (var named in leaf.Events)
        {
            _run.Add(new EventName(named.Sequence, leaf.Index ?? -1, named.Hash));
            Count++;
            if (_run.Count >= maxInMemory)
            {
                Spill();
            }
        }
    }

    /// <summary>All names by sequence, those of one sequence by leaf; read once.</summary>
    public IEnumerable<EventName> Sorted()
    {
        Sort();
        if (_file is null)
        {
            return _run;
        }

        Spill();
        return Merge(_file);
    }

    public void Dispose() => _file?.Dispose();

    private void Sort() => _run.Sort((a, b) => (a.Sequence, a.LeafIndex).CompareTo((b.Sequence, b.LeafIndex)));

    private void Spill()
    {
        Sort();
        _file ??= new FileStream(Path.Combine(Path.GetTempPath(), $"audit-{Guid.NewGuid():n}"), new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            BufferSize = BufferBytes,
            Options = FileOptions.DeleteOnClose,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        _runs.Add((_file.Position, _run.Count));
        Span<byte> bytes = stackalloc byte[NameBytes];
        foreach (var name in _run)
        {
            BinaryPrimitives.WriteInt64BigEndian(bytes, name.Sequence);
            BinaryPrimitives.WriteInt64BigEndian(bytes[sizeof(long)..], name.LeafIndex);
            name.Hash.Span.CopyTo(bytes[^Sm3.HashBytes..]);
            _file.Write(bytes);
        }

        _file.Flush();
        _run = [];
    }

    private IEnumerable<EventName> Merge(FileStream file)
    {
        var open = new PriorityQueue<IEnumerator<EventName>, (long, long)>();
        foreach (var (offset, count) in _runs)
        {
            Next(open, ReadRun(file, offset, count).GetEnumerator());
        }

        while (open.TryDequeue(out var run, out _))
        {
            yield return run.Current;
            Next(open, run);
        }
    }

    private static void Next(PriorityQueue<IEnumerator<EventName>, (long, long)> open, IEnumerator<EventName> run)
    {
        if (run.MoveNext())
        {
            open.Enqueue(run, (run.Current.Sequence, run.Current.LeafIndex));
        }
        else
        {
            run.Dispose();
        }
    }

    private static IEnumerable<EventName> ReadRun(FileStream file, long offset, int count)
    {
        var buffer = new byte[BufferBytes / NameBytes * NameBytes];
        for (var left = count; left > 0;)
        {
            var names = Math.Min(left, buffer.Length / NameBytes);
            for (var (got, wanted) = (0, names * NameBytes); got < wanted;)
            {
                var read = RandomAccess.Read(file.SafeFileHandle, buffer.AsSpan(got, wanted - got), offset + got);
                got += read > 0 ? read : throw new EndOfStreamException("The temporary file of an audit was cut short.");
            }

            for (var at = 0; at < names * NameBytes; at += NameBytes)
            {
                yield return new EventName(
                    BinaryPrimitives.ReadInt64BigEndian(buffer.AsSpan(at)),
                    BinaryPrimitives.ReadInt64BigEndian(buffer.AsSpan(at + sizeof(long))),
                    buffer.AsSpan(at + NameBytes - Sm3.HashBytes, Sm3.HashBytes).ToArray());
            }

            (offset, left) = (offset + (names * NameBytes), left - names);
        }
    }
}
