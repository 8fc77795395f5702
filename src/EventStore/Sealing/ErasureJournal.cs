using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DataHub.Crypto.Sealing;

namespace DataHub.EventStore.Sealing;

/// <summary>
/// The erasures this node knows of, in <c>erasures.log</c> beside its key files: outside the database, so that an older backup of the database brings nobody back. One line an erasure, only ever
/// added to and written through to the disk; each line's HMAC covers the one before.
/// </summary>
internal sealed class ErasureJournal(KeyRing ring, TimeProvider time)
{
    private const string FileName = "erasures.log";
    private const int WouldBlock = 11; // EWOULDBLOCK of flock(2)

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public string Path { get; } = System.IO.Path.Combine(ring.Folder, FileName);

    /// <summary>Every erasure in the journal.</summary>
    /// <exception cref="Kernel.Faults.FaultException">It was changed: <c>ERASURE_JOURNAL</c>.</exception>
    public Task<IReadOnlyList<SubjectsErased>> ReadAsync(CancellationToken cancellationToken) => AddMissingAsync([], cancellationToken);

    /// <summary>Adds those of the erasures the journal lacks.</summary>
    /// <returns>Every erasure in the journal then, on the disk.</returns>
    /// <exception cref="Kernel.Faults.FaultException">It was changed: <c>ERASURE_JOURNAL</c>.</exception>
    public async Task<IReadOnlyList<SubjectsErased>> AddMissingAsync(IReadOnlyCollection<SubjectsErased> erasures, CancellationToken cancellationToken)
    {
        await using var file = await OpenAsync(cancellationToken);
        var (entries, mac, end) = await LoadAsync(file, cancellationToken);
        var known = entries.Select(entry => entry.Erasure).ToHashSet();
        var missing = erasures.Where(erasure => known.Add(erasure.Erasure)).ToList();
        if (missing.Count == 0 && end == file.Length)
        {
            return entries;
        }

        // A line without its end was cut off by a crash; what it would have said was not acknowledged and stands in the store.
        file.SetLength(end);
        file.Position = end;
        foreach (var erasure in missing)
        {
            var json = JsonSerializer.SerializeToUtf8Bytes(erasure);
            mac = Mac(mac, json);
            await file.WriteAsync(Encoding.ASCII.GetBytes(Convert.ToBase64String(mac) + " "), cancellationToken);
            await file.WriteAsync(json, cancellationToken);
            await file.WriteAsync("\n"u8.ToArray(), cancellationToken);
        }

        file.Flush(flushToDisk: true);
        return [.. entries, .. missing];
    }

    // One process at a time; FileShare.None is flock(LOCK_EX).
    private async Task<FileStream> OpenAsync(CancellationToken cancellationToken)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        for (var start = time.GetTimestamp(); ;)
        {
            try
            {
                return new FileStream(Path, options);
            }
            catch (IOException e) when (e.HResult == WouldBlock)
            {
                if (time.GetElapsedTime(start) > Patience)
                {
                    throw SealingFaults.JournalHeld(Path, e);
                }

                await Task.Delay(RetryDelay, time, cancellationToken);
            }
        }
    }

    private async Task<(List<SubjectsErased> Entries, byte[] Mac, long End)> LoadAsync(FileStream file, CancellationToken cancellationToken)
    {
        var content = new byte[file.Length];
        await file.ReadExactlyAsync(content, cancellationToken);
        var entries = new List<SubjectsErased>();
        byte[] mac = [];
        var end = 0;
        for (var length = content.AsSpan().IndexOf((byte)'\n'); length >= 0; length = content.AsSpan(end).IndexOf((byte)'\n'))
        {
            (var entry, mac) = Parse(content.AsSpan(end, length), mac);
            entries.Add(entry);
            end += length + 1;
        }

        return (entries, mac, end);
    }

    private (SubjectsErased Entry, byte[] Mac) Parse(ReadOnlySpan<byte> line, byte[] before)
    {
        var space = line.IndexOf((byte)' ');
        var json = line[(space + 1)..];
        var mac = Mac(before, json);
        var expected = Encoding.ASCII.GetBytes(Convert.ToBase64String(mac));
        return space > 0 && CryptographicOperations.FixedTimeEquals(line[..space], expected) && JsonSerializer.Deserialize<SubjectsErased>(json) is { } entry
            ? (entry, mac)
            : throw SealingFaults.JournalDamaged(Path);
    }

    private byte[] Mac(byte[] before, ReadOnlySpan<byte> json) => ring.Digest("erasure journal", [.. before, .. json]);
}
