namespace DataHub.Interop.Tests;

/// <summary>The cases of the gRPC project's interoperability tests, by their names there.</summary>
public static class InteropCases
{
    private static readonly string[] Plain =
    [
        "empty_unary", "large_unary", "client_streaming", "server_streaming", "ping_pong", "empty_stream", "cancel_after_begin",
        "cancel_after_first_response", "timeout_on_sleeping_server", "custom_metadata", "status_code_and_message", "special_status_message",
        "unimplemented_service", "unimplemented_method",
    ];

    private static readonly string[] Compressed =
        ["client_compressed_unary", "client_compressed_streaming", "server_compressed_unary", "server_compressed_streaming"];

    /// <summary>The 14 cases without compression, in the clear and over TLS.</summary>
    public static TheoryData<string, bool> WithoutCompression => InBothWays(Plain);

    /// <summary>All 18 cases, in the clear and over TLS.</summary>
    public static TheoryData<string, bool> All => InBothWays([.. Plain, .. Compressed]);

    private static TheoryData<string, bool> InBothWays(string[] names)
    {
        var data = new TheoryData<string, bool>();
        foreach (var name in names)
        {
            data.Add(name, false);
            data.Add(name, true);
        }

        return data;
    }
}
