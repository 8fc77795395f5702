using System.Text;

namespace DataHub.Town.Files;

/// <summary>How a department writes text. Characters that the encoding lacks are an error, never a question mark.</summary>
internal sealed record TownEncoding(string Name, Encoding Encoding)
{
    public static readonly TownEncoding Gb18030 = new("GB18030", CodePagesEncodingProvider.Instance.GetEncoding(
        "GB18030", new EncoderExceptionFallback(), new DecoderExceptionFallback())!);

    public static readonly TownEncoding Utf8 = new("UTF-8", new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));

    public static readonly TownEncoding Utf8WithMark = new("UTF-8", new UTF8Encoding(encoderShouldEmitUTF8Identifier: true, throwOnInvalidBytes: true));

    public bool HasMark => Encoding.Preamble.Length > 0;
}
