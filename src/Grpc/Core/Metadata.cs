using System.Collections;

namespace Grpc.Core;

/// <summary>Headers or trailers of a call, in order; keys may repeat. Not safe for concurrent change.</summary>
public sealed partial class Metadata : IList<Metadata.Entry>
{
    /// <summary>Keys that end in this carry bytes (base64 on the wire), all others printable ASCII.</summary>
    public const string BinaryHeaderSuffix = "-bin";

    /// <summary>No entries; can't be changed.</summary>
    public static readonly Metadata Empty = new(readOnly: true);

    private readonly List<Entry> _entries = [];

    /// <summary>Empty metadata that can be added to.</summary>
    public Metadata()
        : this(readOnly: false)
    {
    }

    private Metadata(bool readOnly) => IsReadOnly = readOnly;

    /// <summary>Number of entries.</summary>
    public int Count => _entries.Count;

    /// <summary>True for <see cref="Empty"/>: every change throws <see cref="InvalidOperationException"/>.</summary>
    public bool IsReadOnly { get; }

    /// <summary>The entry at a position.</summary>
    /// <param name="index">Position from 0.</param>
    public Entry this[int index]
    {
        get => _entries[index];
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            Writable()[index] = value;
        }
    }

    /// <summary>The last entry with a key; null where there is none.</summary>
    /// <param name="key">Key, case does not matter.</param>
    public Entry? Get(string key) => _entries.FindLast(entry => entry.HasKey(key));

    /// <summary>Text of the last entry with a key; null where there is none.</summary>
    /// <param name="key">Key without <see cref="BinaryHeaderSuffix"/>.</param>
    /// <exception cref="InvalidOperationException">The entry is binary.</exception>
    public string? GetValue(string key) => Get(key)?.Value;

    /// <summary>Bytes of the last entry with a key; null where there is none.</summary>
    /// <param name="key">Key; of a text entry the ASCII bytes are returned.</param>
    public byte[]? GetValueBytes(string key) => Get(key)?.ValueBytes;

    /// <summary>All entries with a key, in order.</summary>
    /// <param name="key">Key, case does not matter.</param>
    public IEnumerable<Entry> GetAll(string key) => _entries.Where(entry => entry.HasKey(key));

    /// <summary>Adds an entry at the end.</summary>
    /// <param name="item">The entry.</param>
    public void Add(Entry item)
    {
        ArgumentNullException.ThrowIfNull(item);
        Writable().Add(item);
    }

    /// <summary>Adds a text entry.</summary>
    /// <param name="key">Letters, digits, <c>_</c>, <c>-</c>, <c>.</c>; not ending in <see cref="BinaryHeaderSuffix"/>.</param>
    /// <param name="value">Printable ASCII.</param>
    /// <exception cref="ArgumentException">Key or value holds what can't travel.</exception>
    public void Add(string key, string value) => Add(new Entry(key, value));

    /// <summary>Adds a binary entry.</summary>
    /// <param name="key">Ends in <see cref="BinaryHeaderSuffix"/>.</param>
    /// <param name="valueBytes">Any bytes; copied.</param>
    /// <exception cref="ArgumentException">The key can't travel or lacks the suffix.</exception>
    public void Add(string key, byte[] valueBytes) => Add(new Entry(key, valueBytes));

    /// <summary>Puts an entry at a position.</summary>
    /// <param name="index">Position from 0.</param>
    /// <param name="item">The entry.</param>
    public void Insert(int index, Entry item)
    {
        ArgumentNullException.ThrowIfNull(item);
        Writable().Insert(index, item);
    }

    /// <summary>Takes out the first occurrence of this very entry.</summary>
    /// <param name="item">The entry.</param>
    /// <returns>False where it was not there.</returns>
    public bool Remove(Entry item) => Writable().Remove(item);

    /// <summary>Takes out the entry at a position.</summary>
    /// <param name="index">Position from 0.</param>
    public void RemoveAt(int index) => Writable().RemoveAt(index);

    /// <summary>Takes out everything.</summary>
    public void Clear() => Writable().Clear();

    /// <summary>Position of this very entry, or -1.</summary>
    /// <param name="item">The entry.</param>
    public int IndexOf(Entry item) => _entries.IndexOf(item);

    /// <summary>Whether this very entry is there.</summary>
    /// <param name="item">The entry.</param>
    public bool Contains(Entry item) => _entries.Contains(item);

    /// <summary>Copies all entries.</summary>
    /// <param name="array">Where to.</param>
    /// <param name="arrayIndex">First position to fill.</param>
    public void CopyTo(Entry[] array, int arrayIndex) => _entries.CopyTo(array, arrayIndex);

    /// <summary>The entries in order.</summary>
    public IEnumerator<Entry> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private List<Entry> Writable() =>
        IsReadOnly ? throw new InvalidOperationException("This metadata can't be changed.") : _entries;
}
