using DataHub.RawHttp2;
using Google.Rpc;

namespace DataHub.Drills.Hostile;

/// <summary>What the hub said, as far as an attacker can tell refusals apart.</summary>
internal static class Answers
{
    private const string Details = "grpc-status-details-bin";

    /// <summary>Outcome, and the permanent code of a refusal that names one: <c>200/8 QUOTA</c>. What the transport refuses names none: <c>200/8</c>.</summary>
    public static string Of(Http2Reply reply) => ReasonOf(reply) is { } reason ? $"{reply.Outcome} {reason}" : reply.Outcome;

    /// <summary>The permanent code of a refusal; null where it names none.</summary>
    public static string? ReasonOf(Http2Reply reply) =>
        reply.Values(Details).FirstOrDefault() is { } details && Status.Parser.ParseFrom(FromBase64(details)).Details.FirstOrDefault(any => any.Is(ErrorInfo.Descriptor)) is { } info
            ? info.Unpack<ErrorInfo>().Reason
            : null;

    // gRPC leaves the padding out.
    private static byte[] FromBase64(string text) => Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='));
}
