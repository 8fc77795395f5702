using System.Buffers;
using System.Text;

namespace DataHub.Acceptance.Tests.Support;

/// <summary>Looks for many byte strings at once, in one pass.</summary>
internal sealed class ByteScanner
{
    private const int BlockBytes = 4 << 20;

    // Bytes as Latin-1: the search of .NET works on characters, and one byte is one of these.
    private readonly Dictionary<string, string> _meanings = new(StringComparer.Ordinal);
    private readonly SearchValues<string> _needles;
    private readonly int _longest;

    /// <summary>A scanner.</summary>
    /// <param name="needles">What to look for, with what to say where it is found.</param>
    public ByteScanner(IEnumerable<(byte[] Bytes, string Meaning)> needles)
    {
        foreach (var (bytes, meaning) in needles)
        {
            _meanings.TryAdd(Encoding.Latin1.GetString(bytes), meaning);
        }

        _needles = SearchValues.Create([.. _meanings.Keys], StringComparison.Ordinal);
        _longest = _meanings.Keys.Max(needle => needle.Length);
    }

    public int Count => _meanings.Count;

    public static ByteScanner ForTexts(IEnumerable<string> texts) => new(texts.Select(text => (Encoding.UTF8.GetBytes(text), text)));

    /// <summary>Meanings of everything found in a file.</summary>
    public IReadOnlySet<string> FindInFile(string path)
    {
        using var stream = File.OpenRead(path);
        return Find(stream);
    }

    public IReadOnlySet<string> FindIn(string text) => Find(new MemoryStream(Encoding.UTF8.GetBytes(text)));

    public IReadOnlySet<string> Find(Stream stream)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var buffer = new byte[BlockBytes];
        var kept = 0;
        while (stream.ReadAtLeast(buffer.AsSpan(kept), BlockBytes - kept, throwOnEndOfStream: false) is var read and > 0)
        {
            Search(Encoding.Latin1.GetString(buffer, 0, kept + read), found);
            // What a block's end may have cut is looked at again with the next.
            var next = Math.Min(_longest - 1, kept + read);
            buffer.AsSpan(kept + read - next, next).CopyTo(buffer);
            kept = next;
        }

        return found;
    }

    private void Search(string text, HashSet<string> found)
    {
        for (var at = 0; text.AsSpan(at).IndexOfAny(_needles) is var hit and >= 0; at += hit + 1)
        {
            var start = at + hit;
            foreach (var (_, meaning) in _meanings.Where(needle => string.CompareOrdinal(text, start, needle.Key, 0, needle.Key.Length) == 0))
            {
                found.Add(meaning);
            }
        }
    }
}
