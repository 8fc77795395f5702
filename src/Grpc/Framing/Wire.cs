using System.Globalization;
using Grpc.Core;

namespace Grpc.Framing;

/// <summary>Names and fixed values of the gRPC HTTP/2 protocol (doc/PROTOCOL-HTTP2.md of the gRPC project).</summary>
internal static class Wire
{
    public const string ContentType = "application/grpc";
    public const string StatusHeader = "grpc-status";
    public const string MessageHeader = "grpc-message";
    public const string TimeoutHeader = "grpc-timeout";
    public const string EncodingHeader = "grpc-encoding";
    public const string AcceptEncodingHeader = "grpc-accept-encoding";
    public const string Identity = "identity";

    /// <summary>Metadata key with which a caller or handler chooses the compression of one call; never sent.</summary>
    public const string EncodingRequestKey = "grpc-internal-encoding-request";

    /// <summary>Bytes in front of every message: the compressed flag and a big-endian length.</summary>
    public const int FrameHeaderBytes = 5;

    private static readonly string[] StatusTexts =
        [.. Enumerable.Range(0, (int)StatusCode.Unauthenticated + 1).Select(code => code.ToString(CultureInfo.InvariantCulture))];

    /// <summary>Whether a content type is gRPC's: alone, with a message format (<c>+proto</c>) or parameters, but not grpc-web.</summary>
    public static bool IsGrpcContentType(string? contentType) =>
        contentType is not null
        && contentType.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase)
        && (contentType.Length == ContentType.Length || contentType[ContentType.Length] is '+' or ';');

    /// <summary>Value of <c>grpc-status</c>.</summary>
    public static string StatusText(StatusCode code) =>
        (uint)code < (uint)StatusTexts.Length ? StatusTexts[(int)code] : ((int)code).ToString(CultureInfo.InvariantCulture);

    /// <summary>Status of <c>grpc-status</c> and <c>grpc-message</c>; a code that nobody defined is UNKNOWN.</summary>
    public static Status ParseStatus(string code, string? message)
    {
        var detail = message is null ? "" : PercentEncoding.Decode(message);
        return int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < StatusTexts.Length
            ? new Status((StatusCode)number, detail)
            : new Status(StatusCode.Unknown, detail.Length > 0 ? detail : $"The peer sent the unknown status code '{code}'.");
    }

    /// <summary>Whether a header belongs to gRPC or HTTP itself and so is no metadata, in either direction.</summary>
    public static bool IsReserved(string lowerCaseName) => lowerCaseName switch
    {
        StatusHeader or MessageHeader or TimeoutHeader or EncodingHeader or AcceptEncodingHeader or EncodingRequestKey => true,
        "content-type" or "te" or "host" or "content-length" or "connection" or "keep-alive" or "transfer-encoding" or "upgrade" => true,
        _ => lowerCaseName.StartsWith(':'),
    };
}
