using System.Security.Cryptography;
using System.Text;
using DataHub.Kernel.Faults;

namespace DataHub.EventStore.Streams;

/// <summary>A stream that an append touches.</summary>
/// <param name="Id">Key of the stream.</param>
/// <param name="Type">Alias of what it is the history of.</param>
/// <param name="Expected">Version before.</param>
/// <param name="Next">Version after.</param>
internal sealed record TouchedStream(string Id, string Type, long Expected, long Next);

/// <summary>An event ready to be written. It is serialised when first asked for its JSON: of many, each while the one before is on its way.</summary>
internal sealed record PreparedEvent(NewEvent Given, Guid Id, long Version, string Alias, string ClrName)
{
    private byte[]? _json;

    /// <summary>UTF-8.</summary>
    /// <exception cref="FaultException"><c>EVENT_TOO_LARGE</c>, <c>EVENT_TEXT</c>.</exception>
    public byte[] Json => _json ??= EventJson.Write(Given);
}

/// <summary>An append checked, numbered and serialised before the database is asked anything.</summary>
internal sealed class PreparedAppend
{
    private const int MaxIdLength = 250;

    private PreparedAppend(DateTimeOffset time, IReadOnlyList<PreparedEvent> events, IReadOnlyList<TouchedStream> streams)
    {
        Time = time;
        Events = events;
        Streams = streams;
    }

    /// <summary>One time for all events, cut to what PostgreSQL keeps.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>In the order given.</summary>
    public IReadOnlyList<PreparedEvent> Events { get; }

    /// <summary>In bytewise order of their keys: whoever locks rows in the same order cannot deadlock.</summary>
    public IReadOnlyList<TouchedStream> Streams { get; }

    public static PreparedAppend From(IReadOnlyList<NewEvent> given, EventTypes types, DateTimeOffset now)
    {
        var streams = new SortedDictionary<string, TouchedStream>(StringComparer.Ordinal);
        var clrNames = new Dictionary<Type, string>();
        var events = new List<PreparedEvent>(given.Count);
        foreach (var newEvent in given)
        {
            var version = Touch(streams, newEvent);
            var type = newEvent.Data.GetType();
            if (!clrNames.TryGetValue(type, out var clrName))
            {
                clrNames.Add(type, clrName = EventTypes.ClrNameOf(type));
            }

            events.Add(new PreparedEvent(newEvent, Guid.CreateVersion7(now), version, types.Alias(type), clrName));
        }

        return new PreparedAppend(new DateTimeOffset(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero), events, [.. streams.Values]);
    }

    /// <summary>Several appends as one, at the latest of their times; no two may touch the same stream.</summary>
    public static PreparedAppend Merge(IReadOnlyList<PreparedAppend> appends) => appends.Count == 1
        ? appends[0]
        : new PreparedAppend(
            appends.Select(append => append.Time).DefaultIfEmpty().Max(),
            [.. appends.SelectMany(append => append.Events)],
            [.. appends.SelectMany(append => append.Streams).OrderBy(stream => stream.Id, StringComparer.Ordinal)]);

    /// <summary>Serialises all events now, so that one that cannot be stored is known before others are concerned.</summary>
    /// <exception cref="FaultException"><c>EVENT_TOO_LARGE</c>, <c>EVENT_TEXT</c>.</exception>
    public PreparedAppend Serialised()
    {
        foreach (var e in Events)
        {
            _ = e.Json;
        }

        return this;
    }

    /// <summary>SHA-256 over what is to be stored. Suits only events without sealed values, whose ciphertext is new each time.</summary>
    public byte[] Digest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var e in Events)
        {
            foreach (var part in (byte[][])[Encoding.UTF8.GetBytes(e.Given.StreamId), Encoding.UTF8.GetBytes(e.Alias), e.Json])
            {
                hash.AppendData(BitConverter.GetBytes(part.Length));
                hash.AppendData(part);
            }
        }

        return hash.GetHashAndReset();
    }

    private static long Touch(SortedDictionary<string, TouchedStream> streams, NewEvent newEvent)
    {
        RequireSane(newEvent);
        var touched = streams.GetValueOrDefault(newEvent.StreamId)
            ?? new TouchedStream(newEvent.StreamId, newEvent.StreamType, newEvent.ExpectedVersion, newEvent.ExpectedVersion);
        if (touched.Expected != newEvent.ExpectedVersion)
        {
            throw new ArgumentException($"Events of stream {newEvent.StreamId} expect versions {touched.Expected} and {newEvent.ExpectedVersion} in one append.", nameof(newEvent));
        }

        touched = touched with { Next = touched.Next + 1 };
        streams[newEvent.StreamId] = touched;
        return touched.Next;
    }

    private static void RequireSane(NewEvent newEvent)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(newEvent.ExpectedVersion);
        ArgumentException.ThrowIfNullOrEmpty(newEvent.StreamType);
        if (newEvent.StreamId.Length is 0 or > MaxIdLength || newEvent.StreamId.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException($"A stream key has 1 to {MaxIdLength} characters.", nameof(newEvent));
        }
    }
}
