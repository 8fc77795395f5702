using System.Buffers.Binary;
using DataHub.RawHttp2;
using DataHub.V1;
using Google.Protobuf;

namespace DataHub.Drills.Hostile.Attacks;

/// <summary>Requests as attackers send them: headers and framed messages.</summary>
internal static class Requests
{
    public const string Search = "/datahub.v1.CatalogService/Search";
    public const string Register = "/datahub.v1.CatalogService/Register";
    public const string Verify = "/datahub.v1.VerificationService/Verify";
    public const string VerifyLicence = "/datahub.v1.LicenceService/Verify";
    public const string Mint = "/datahub.v1.LicenceService/Mint";
    public const string Push = "/datahub.v1.ExchangeService/Push";
    public const string Roots = "/datahub.v1.EnrolmentService/GetRoots";
    public const string Enrol = "/datahub.v1.EnrolmentService/Enrol";
    public const string Health = "/grpc.health.v1.Health/Check";
    public const string Reflection = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";

    private const string Scheme = "https";

    /// <summary>A search that finds.</summary>
    public static byte[] Found { get; } = Framed(new SearchRequest { Query = "人口" });

    /// <summary>A message without fields.</summary>
    public static byte[] Empty { get; } = new byte[5];

    public static List<(string Name, string Value)> Headers(string path, params ReadOnlySpan<(string Name, string Value)> more) => [.. HeaderSet.Good(Scheme, path), .. more];

    public static byte[] Framed(IMessage message) => Framed(message.ToByteArray());

    public static byte[] Framed(ReadOnlySpan<byte> message, bool isCompressed = false)
    {
        var frame = new byte[5 + message.Length];
        frame[0] = isCompressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame.AsSpan(5));
        return frame;
    }

    public static byte[] HeadersFrame(string path, int streamId, byte flags = Frames.EndHeaders) => Frames.Frame(FrameType.Headers, flags, streamId, Hpack.Encode(Headers(path)));
}
