namespace DataHub.RawHttp2;

/// <summary>What came back on a stream.</summary>
internal sealed class Http2Reply
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public List<(string Name, string Value)> Headers { get; } = [];

    public List<byte> Data { get; } = [];

    /// <summary>Error code, where the server reset the stream before its end.</summary>
    public uint? Reset { get; set; }

    /// <summary>Completes at the end of the stream, however it came.</summary>
    public Task Ended => _ended.Task;

    public IEnumerable<string> Values(string name) => Headers.Where(header => header.Name == name).Select(header => header.Value);

    /// <summary>HTTP status and, where there is one, the status of gRPC: <c>200/0</c>; <c>reset 8</c> or <c>closed</c> where neither came.</summary>
    public string Outcome => Headers.Count > 0 ? string.Join('/', Values(":status").Concat(Values("grpc-status"))) : Reset is { } code ? $"reset {code}" : "closed";

    public void End() => _ended.TrySetResult();
}
