using System.Runtime.InteropServices;

namespace DataHub.RawHttp2;

/// <summary>Headers of a request, and what the protocol says of them: the HTTP status and, where there is one, the status of gRPC.</summary>
internal sealed record HeaderSet(List<(string Name, string Value)> Headers, string Expected)
{
    private static readonly string[][] ContentTypes =
        [["application/grpc"], ["application/grpc+proto"], ["application/grpc;x=y"], [], ["application/json"], ["application/grpc", "application/grpc"], ["application/grpc;x=y", "text/html"]];

    private static readonly string[][] Te = [["trailers"], [], ["trailers", "trailers"]];

    private static readonly string[][] Timeouts = [[], ["10S"], ["5M"], ["99999999n"], ["1x"], [""], ["10"], ["-1S"], ["1S", "1S"], ["1S", "9H"], ["1S,9H"]];

    private static readonly string[][] Encodings = [[], ["identity"], ["gzip"], ["br"], ["gzip", "identity"]];

    private static readonly string[] Methods = ["POST", "GET", "PUT"];

    private static readonly string[] AbsentPaths = ["/datahub.probe.Probe/Nothing", "/datahub.Absent/Echo"];

    private static readonly string[][] OfTheConnection = [[], ["transfer-encoding"], ["keep-alive"], ["proxy-connection"], ["upgrade"]];

    private static readonly (string Name, string Value, bool BreaksBinary)[] Metadata =
    [
        ("plain", "value", false), ("plain", "", false), ("plain", "a,b; c=\"d\"", false), ("odd!name", "x", false), ("key-bin", "AAEC", false), ("key-bin", "AAE", false),
        ("key-bin", "AA,AAE=", false), ("key-bin", "***", true), ("grpc-status", "0", false), ("grpc-message", "evil", false),
        ("grpc-accept-encoding", "gzip,evil", false), ("grpc-internal-encoding-request", "gzip", false), ("user-agent", "probe", false), ("user-agent", "twice", false),
        ("cookie", "a=b", false), ("x-forwarded-for", "127.0.0.1", false), ("tab", "a\tb", false), ("status", "200", false),
    ];

    /// <summary>What a well-behaved client sends.</summary>
    public static List<(string Name, string Value)> Good(string scheme, string path) =>
        [(":method", "POST"), (":scheme", scheme), (":path", path), (":authority", "localhost"), ("content-type", "application/grpc"), ("te", "trailers")];

    /// <summary>Headers for a unary method, of which about one set in ten is what <see cref="Good"/> gives and some metadata.</summary>
    /// <param name="random">Chance.</param>
    /// <param name="scheme">Scheme of the connection.</param>
    /// <param name="path">Path of the method; it answers OK to the body that will be sent.</param>
    public static HeaderSet Generate(Random random, string scheme, string path)
    {
        var method = MostlyFirst(random, Methods);
        var aim = MostlyFirst(random, [path, .. AbsentPaths]);
        var contentTypes = MostlyFirst(random, ContentTypes);
        var te = MostlyFirst(random, Te);
        var timeouts = MostlyFirst(random, Timeouts);
        var encodings = MostlyFirst(random, Encodings);
        var ofTheConnection = MostlyFirst(random, OfTheConnection);
        var metadata = random.GetItems(Metadata, random.Next(6));
        List<(string Name, string Value)> headers =
        [
            .. Named("content-type", contentTypes), .. Named("te", te), .. Named("grpc-timeout", timeouts), .. Named("grpc-encoding", encodings),
            .. ofTheConnection.Select(name => (name, "chunked")), .. metadata.Select(entry => (entry.Name, entry.Value)),
        ];
        random.Shuffle(CollectionsMarshal.AsSpan(headers));
        return new HeaderSet(
            [(":method", method), (":scheme", scheme), (":path", aim), (":authority", "localhost"), .. headers],
            Judge(method, aim == path, contentTypes, te, timeouts, encodings, ofTheConnection, metadata.Any(entry => entry.BreaksBinary)));
    }

    public override string ToString() => string.Join(" | ", Headers.Select(header => $"{header.Name}: {header.Value}"));

    private static string Judge(string method, bool exists, string[] contentTypes, string[] te, string[] timeouts, string[] encodings, string[] ofTheConnection, bool breaksBinary)
    {
        var isGrpc = contentTypes is [{ } only] && only.StartsWith("application/grpc", StringComparison.Ordinal);
        return method != "POST" ? "405"
            : !exists ? isGrpc ? "200/12" : "404"
            : !isGrpc ? "415/13"
            : te.Length != 1 || ofTheConnection.Length > 0 || encodings.Length > 1 || timeouts is not ([] or ["10S"] or ["5M"] or ["99999999n"]) ? "400/13"
            : breaksBinary ? "200/13"
            : "200/0";
    }

    private static IEnumerable<(string, string)> Named(string name, string[] values) => values.Select(value => (name, value));

    private static T MostlyFirst<T>(Random random, T[] choices) => random.Next(10) < 7 ? choices[0] : random.GetItems(choices, 1)[0];
}
