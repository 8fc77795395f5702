using System.Text;
using DataHub.Kernel.Faults;

namespace DataHub.FrontEnd.Csv;

/// <summary>
/// Finds the encoding of a file by reading all of it, in blocks: what is declared is enforced; else a byte order mark decides; else
/// UTF-8 if every byte is, else GB18030 if every byte is. UTF-8 comes first because Chinese text in UTF-8 often decodes as GB18030,
/// and four or more hanzi in GB18030 almost never as UTF-8; a sample at the start of a file would prove neither.
/// </summary>
public static class EncodingDetector
{
    private const int TellingCharacters = 4;
    private const string Utf8Name = "UTF-8";
    private const string Gb18030Name = "GB18030";

    private static readonly Dictionary<string, Encoding> Encodings = new(StringComparer.OrdinalIgnoreCase)
    {
        [Utf8Name] = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true),
        [Gb18030Name] = CodePagesEncodingProvider.Instance.GetEncoding("GB18030", new EncoderExceptionFallback(), new DecoderExceptionFallback())
            ?? throw new InvalidOperationException("The platform does not know GB18030."),
        ["UTF-16LE"] = new UnicodeEncoding(bigEndian: false, byteOrderMark: false, throwOnInvalidBytes: true),
        ["UTF-16BE"] = new UnicodeEncoding(bigEndian: true, byteOrderMark: false, throwOnInvalidBytes: true),
    };

    /// <summary>Finds the encoding of a stream.</summary>
    /// <param name="stream">Seekable; read from its start, once for each encoding tried.</param>
    /// <param name="file">Name of the file for a refusal.</param>
    /// <param name="declared">Encoding the source declares: UTF-8, GB18030, UTF-16LE or UTF-16BE, in any case; null = find out.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="FaultException">
    /// Some byte is neither, or not what is declared: <c>CSV_ENCODING</c> with offset and line. An encoding that is not read here: <c>CSV_ENCODING_UNKNOWN</c>.
    /// </exception>
    public static async Task<DetectedEncoding> DetectAsync(Stream stream, string file, string? declared, CancellationToken cancellationToken)
    {
        if (declared is not null && !Encodings.ContainsKey(declared))
        {
            throw CsvFaults.EncodingUnknown(file);
        }

        var settled = declared ?? await MarkedAsync(stream, cancellationToken);
        if (settled is not null)
        {
            return await EnforceAsync(stream, file, settled, cancellationToken);
        }

        var utf8 = await DecodedText.ScanAsync(stream, Encodings[Utf8Name], cancellationToken);
        if (utf8.Bad is null && utf8.BeyondAscii is 0 or >= TellingCharacters)
        {
            return new DetectedEncoding(Utf8Name, Encodings[Utf8Name], IsAmbiguous: false);
        }

        var gb18030 = await DecodedText.ScanAsync(stream, Encodings[Gb18030Name], cancellationToken);
        return (utf8.Bad, gb18030.Bad) switch
        {
            (null, var bad) => new DetectedEncoding(Utf8Name, Encodings[Utf8Name], IsAmbiguous: bad is null),
            (_, null) => new DetectedEncoding(Gb18030Name, Encodings[Gb18030Name], IsAmbiguous: false),
            ({ } notUtf8, { } notGb18030) => throw CsvFaults.NeitherEncoding(file, notUtf8, notGb18030),
        };
    }

    private static async Task<DetectedEncoding> EnforceAsync(Stream stream, string file, string name, CancellationToken cancellationToken)
    {
        var (canonical, encoding) = Encodings.Single(pair => string.Equals(pair.Key, name, StringComparison.OrdinalIgnoreCase));
        var text = await DecodedText.ScanAsync(stream, encoding, cancellationToken);
        return text.Bad is { } bad ? throw CsvFaults.Encoding(file, canonical, bad) : new DetectedEncoding(canonical, encoding, IsAmbiguous: false);
    }

    private static async Task<string?> MarkedAsync(Stream stream, CancellationToken cancellationToken)
    {
        var start = new byte[3];
        stream.Position = 0;
        var length = await stream.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
        return start.AsSpan(0, length) switch
        {
            [0xEF, 0xBB, 0xBF] => Utf8Name,
            [0xFF, 0xFE, ..] => "UTF-16LE",
            [0xFE, 0xFF, ..] => "UTF-16BE",
            _ => null,
        };
    }
}
