namespace DataHub.EventStore.Postgres;

/// <summary>How the hub's own PostgreSQL is started.</summary>
public sealed record EmbeddedPostgresOptions
{
    /// <summary>Folder that holds the cluster, its log and its lock; made if missing. User <c>postgres</c> must be able to enter it when the hub runs as root.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Whether commits wait for the disk. Off only for tests: a power cut then loses everything.</summary>
    public bool Fsync { get; init; } = true;

    /// <summary>PostgreSQL's own cache in MiB; null = an eighth of the memory the hub may use, between 128 MiB and 1 GiB.</summary>
    public int? SharedBuffersMb { get; init; }

    /// <summary>Write-ahead log between two checkpoints in MiB; a bulk load wants 8192, where the disk has room for it.</summary>
    public int MaxWalSizeMb { get; init; } = 2048;

    /// <summary>Client connections the server accepts at once.</summary>
    public int MaxConnections { get; init; } = 100;

    /// <summary>Folder with PostgreSQL's programs; null = where <c>postgres</c> on the PATH really stands, then the distribution's newest.</summary>
    public string? BinFolder { get; init; }
}
