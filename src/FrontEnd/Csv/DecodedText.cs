using System.Text;

namespace DataHub.FrontEnd.Csv;

/// <summary>What decoding a whole stream shows; nothing of the text is kept.</summary>
/// <param name="Bad">The first sequence that does not decode; null when all does.</param>
/// <param name="BeyondAscii">UTF-16 code units above U+007F, without a byte order mark; counted only when all decodes.</param>
internal sealed record DecodedText(BadByte? Bad, long BeyondAscii)
{
    private const int BlockBytes = 64 * 1024;
    private const char ByteOrderMark = '\ufeff';

    /// <summary>Decodes a stream from its start in blocks of 64 KiB.</summary>
    public static async Task<DecodedText> ScanAsync(Stream stream, Encoding encoding, CancellationToken cancellationToken)
    {
        var beyondAscii = 0L;
        var blocks = new DecodedBlocks(stream, encoding);
        try
        {
            while (await blocks.ReadAsync(cancellationToken))
            {
                beyondAscii += CountBeyondAscii(blocks.Text);
            }

            return new DecodedText(null, beyondAscii);
        }
        catch (DecoderFallbackException)
        {
            return new DecodedText(await LocateAsync(stream, encoding, blocks.Start, cancellationToken), 0);
        }
    }

    private static long CountBeyondAscii(ReadOnlySpan<char> text)
    {
        var count = 0L;
        foreach (var c in text)
        {
            count += c > 0x7F && c != ByteOrderMark ? 1 : 0;
        }

        return count;
    }

    // What a decoder says about the place of a fault forgets bytes it held from the block before. So the file is read again in blocks
    // and, from a whole block before the fault, byte by byte: a character split by the last block's end is long complete by then.
    private static async Task<BadByte> LocateAsync(Stream stream, Encoding encoding, long faultyBlock, CancellationToken cancellationToken)
    {
        var place = new Place();
        var blocks = new DecodedBlocks(stream, encoding);
        while (blocks.End + (2 * BlockBytes) <= faultyBlock && await blocks.ReadAsync(cancellationToken))
        {
            place.Pass(blocks.Text, blocks.End);
        }

        try
        {
            while (await blocks.ReadAsync(cancellationToken, blockBytes: 1))
            {
                place.Pass(blocks.Text, blocks.End);
            }
        }
        catch (DecoderFallbackException)
        {
            return place.Here;
        }

        throw new IOException("The file changed while it was read.");
    }

    /// <summary>Text from a stream, a block at a time, by one decoder that carries split characters over.</summary>
    private sealed class DecodedBlocks
    {
        private readonly Stream _stream;
        private readonly Decoder _decoder;
        private readonly byte[] _bytes = new byte[BlockBytes];
        private readonly char[] _chars;
        private int _length;
        private bool _ended;

        public DecodedBlocks(Stream stream, Encoding encoding)
        {
            (_stream, _decoder, _chars) = (stream, encoding.GetDecoder(), new char[encoding.GetMaxCharCount(BlockBytes)]);
            stream.Position = 0;
        }

        /// <summary>Bytes before the block last read.</summary>
        public long Start { get; private set; }

        /// <summary>Bytes up to the end of the block last read.</summary>
        public long End { get; private set; }

        /// <summary>Text of the block last read; a character split by its end belongs to the next.</summary>
        public ReadOnlySpan<char> Text => _chars.AsSpan(0, _length);

        public async Task<bool> ReadAsync(CancellationToken cancellationToken, int blockBytes = BlockBytes)
        {
            if (_ended)
            {
                return false;
            }

            Start = End;
            var read = await _stream.ReadAtLeastAsync(_bytes.AsMemory(0, blockBytes), blockBytes, throwOnEndOfStream: false, cancellationToken);
            _ended = read == 0;
            _length = _decoder.GetChars(_bytes.AsSpan(0, read), _chars, flush: _ended);
            End += read;
            return true;
        }
    }

    /// <summary>Where decoding stands: after the last whole character, and in which line.</summary>
    private sealed class Place
    {
        private char _last;

        public BadByte Here { get; private set; } = new(0, 1);

        public void Pass(ReadOnlySpan<char> text, long end)
        {
            var line = Here.Line;
            foreach (var c in text)
            {
                line += c is '\r' || (c is '\n' && _last is not '\r') ? 1 : 0;
                _last = c;
            }

            Here = new BadByte(text.IsEmpty ? Here.Offset : end, line);
        }
    }
}
