using System.Buffers;
using System.Text;

namespace Grpc.Core;

public sealed partial class Metadata
{
    /// <summary>One key with text or bytes; can't be changed.</summary>
    public class Entry
    {
        private static readonly SearchValues<char> KeyCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_-.");

        private readonly string? _text;
        private readonly byte[]? _bytes;

        /// <summary>A text entry.</summary>
        /// <param name="key">Letters (made lower case), digits, <c>_</c>, <c>-</c>, <c>.</c>; not ending in <c>-bin</c>.</param>
        /// <param name="value">Printable ASCII, U+0020 to U+007E.</param>
        /// <exception cref="ArgumentException">Key or value holds what can't travel in a header.</exception>
        public Entry(string key, string value)
            : this(Normalised(key), value, bytes: null)
        {
            ArgumentNullException.ThrowIfNull(value);
            if (IsBinary)
            {
                throw new ArgumentException($"A key of text must not end in {BinaryHeaderSuffix}.", nameof(key));
            }

            if (value.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            {
                throw new ArgumentException("The value of text metadata is printable ASCII; other text needs a binary key.", nameof(value));
            }
        }

        /// <summary>A binary entry.</summary>
        /// <param name="key">Ends in <c>-bin</c>; otherwise as for text.</param>
        /// <param name="valueBytes">Any bytes; copied.</param>
        /// <exception cref="ArgumentException">The key can't travel or lacks the suffix.</exception>
        public Entry(string key, byte[] valueBytes)
            : this(Normalised(key), text: null, Copied(valueBytes))
        {
            if (!IsBinary)
            {
                throw new ArgumentException($"A key of bytes must end in {BinaryHeaderSuffix}.", nameof(key));
            }
        }

        private Entry(string normalisedKey, string? text, byte[]? bytes)
        {
            Key = normalisedKey;
            _text = text;
            _bytes = bytes;
        }

        /// <summary>The key in lower case.</summary>
        public string Key { get; }

        /// <summary>Whether the entry carries bytes: its key ends in <c>-bin</c>.</summary>
        public bool IsBinary => Key.EndsWith(BinaryHeaderSuffix, StringComparison.Ordinal);

        /// <summary>The text.</summary>
        /// <exception cref="InvalidOperationException">The entry is binary.</exception>
        public string Value => _text ?? throw new InvalidOperationException("A binary entry has no text.");

        /// <summary>A copy of the bytes; of a text entry its ASCII bytes.</summary>
        public byte[] ValueBytes => _bytes is null ? Encoding.ASCII.GetBytes(_text!) : [.. _bytes];

        /// <summary>The bytes themselves, not to be changed; only for binary entries.</summary>
        internal ReadOnlySpan<byte> RawBytes => _bytes;

        /// <summary>Key and value as text for logs; bytes as their count.</summary>
        public override string ToString() =>
            _bytes is null ? $"[Entry: key={Key}, value={_text}]" : $"[Entry: key={Key}, {_bytes.Length} bytes]";

        /// <summary>Whether a key of the wire is one that metadata can have.</summary>
        internal static bool IsKey(string lowerCaseKey) =>
            lowerCaseKey.Length > 0 && !lowerCaseKey.AsSpan().ContainsAnyExcept(KeyCharacters);

        /// <summary>A text entry as it came over the wire: the peer answers for what it holds.</summary>
        internal static Entry Received(string lowerCaseKey, string text) => new(lowerCaseKey, text, bytes: null);

        /// <summary>A binary entry as it came over the wire; the bytes are kept, not copied.</summary>
        internal static Entry Received(string lowerCaseKey, byte[] bytes) => new(lowerCaseKey, text: null, bytes);

        internal bool HasKey(string key) => string.Equals(Key, key, StringComparison.OrdinalIgnoreCase);

        private static string Normalised(string key)
        {
            ArgumentNullException.ThrowIfNull(key);
            var lower = key.ToLowerInvariant();
            return IsKey(lower)
                ? lower
                : throw new ArgumentException("A metadata key has letters, digits, underscores, hyphens and full stops only.", nameof(key));
        }

        private static byte[] Copied(byte[] valueBytes)
        {
            ArgumentNullException.ThrowIfNull(valueBytes);
            return [.. valueBytes];
        }
    }
}
