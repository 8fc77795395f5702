using System.Globalization;

namespace DataHub.EventStore.Postgres;

/// <summary>Command line of the embedded server: Unix socket only, durable commits, nothing of what is stored in its log.</summary>
internal static class ServerSettings
{
    public static IEnumerable<string> Arguments(EmbeddedPostgresOptions options, string cluster, string socketFolder) =>
        new[] { "-D", cluster, "-k", socketFolder }.Concat(Settings(options).SelectMany(setting => new[] { "-c", setting }));

    private static IEnumerable<string> Settings(EmbeddedPostgresOptions options) =>
    [
        "listen_addresses=",
        "unix_socket_permissions=0700",
        $"max_connections={Number(options.MaxConnections)}",
        $"fsync={(options.Fsync ? "on" : "off")}",
        "synchronous_commit=on",
        $"shared_buffers={Number(options.SharedBuffersMb ?? DefaultSharedBuffersMb())}MB",
        "wal_buffers=16MB",
        $"max_wal_size={Number(options.MaxWalSizeMb)}MB",
        "checkpoint_timeout=15min",
        "jit=off",
        "log_statement=none",
        "log_min_error_statement=panic",
        "log_error_verbosity=terse",
        "log_parameter_max_length=0",
        "log_parameter_max_length_on_error=0",
        "lc_messages=C",
        "timezone=UTC",
    ];

    private static int DefaultSharedBuffersMb() =>
        (int)Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 8 / (1 << 20), 128, 1024);

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
