using System.Globalization;
using System.Text.RegularExpressions;
using DataHub.EventStore.Postgres;
using DataHub.EventStore.Streams;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DataHub.EventStore.Projections;

/// <summary>A registered projection with what it takes to feed it.</summary>
internal sealed partial class Feed
{
    private readonly PostgresDataSources _sources;

    public Feed(IProjection projection, PostgresDataSources sources, EventPages pages, EventTypes types, TimeProvider time, ILogger<Feed> logger)
    {
        if (!Name().IsMatch(projection.Name) || projection.Name is "HighWaterMark" or "HighWaterAllocationFence" || projection.Version < 1)
        {
            throw new InvalidOperationException($"Projection {projection.GetType().FullName} needs a name [A-Z][A-Za-z0-9]{{1,59}} that is not reserved, and a version from 1.");
        }

        Projection = projection;
        Progression = projection.Version == 1
            ? $"{projection.Name}:All"
            : string.Create(CultureInfo.InvariantCulture, $"{projection.Name}:V{projection.Version}:All");
        Aliases = projection.EventTypes is { } wanted ? [.. wanted.Select(types.Alias)] : null;
        _sources = sources;
        Pages = pages;
        Time = time;
        Logger = logger;
    }

    public IProjection Projection { get; }

    /// <summary>Name of its progress, as Marten writes it.</summary>
    public string Progression { get; }

    /// <summary>Aliases of the events it wants; null = all.</summary>
    public string[]? Aliases { get; }

    public EventPages Pages { get; }

    public TimeProvider Time { get; }

    public ILogger Logger { get; }

    public Task<NpgsqlConnection> ConnectAsync(CancellationToken cancellationToken) => _sources.Hub.OpenConnectionAsync(cancellationToken).AsTask();

    [GeneratedRegex(@"\A[A-Z][A-Za-z0-9]{1,59}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
