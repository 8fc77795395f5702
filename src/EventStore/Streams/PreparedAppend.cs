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
internal sealed record PreparedEvent(NewEvent Given, Guid Id, long Version, WrittenType Type)
{
    private byte[]? _json;

    /// <summary>UTF-8.</summary>
    /// <exception cref="FaultException"><c>EVENT_TOO_LARGE</c>, <c>EVENT_TEXT</c>.</exception>
    public byte[] Json => _json ??= EventJson.Write(Given);
}

/// <summary>An append checked and numbered before the database is asked anything.</summary>
internal sealed class PreparedAppend
{
    private const int MaxIdLength = 250;

    private PreparedAppend(DateTimeOffset time, IReadOnlyList<PreparedEvent> events, IReadOnlyList<TouchedStream> streams, int[] inOrderOfKeys)
    {
        Time = time;
        Events = events;
        Streams = streams;
        InOrderOfKeys = inOrderOfKeys;
    }

    /// <summary>One time for all events, cut to what PostgreSQL keeps.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>In the order given.</summary>
    public IReadOnlyList<PreparedEvent> Events { get; }

    /// <summary>In bytewise order of their keys: whoever locks rows in the same order cannot deadlock.</summary>
    public IReadOnlyList<TouchedStream> Streams { get; }

    /// <summary>Places of <see cref="Events"/> in bytewise order of their streams' keys.</summary>
    public int[] InOrderOfKeys { get; }

    public static PreparedAppend From(IReadOnlyList<NewEvent> given, EventTypes types, DateTimeOffset now)
    {
        var (streams, versions) = (new List<TouchedStream>(given.Count), new long[given.Count]);
        var order = Sort(given, e => e.StreamId, out var keys);
        for (int from = 0, to; from < order.Length; from = to)
        {
            to = from + 1;
            while (to < order.Length && keys[to] == keys[from])
            {
                to++;
            }

            streams.Add(Number(given, order.AsSpan(from..to), versions));
        }

        var (ids, written) = (EventIds.Take(given.Count, now), new WrittenTypes(types));
        PreparedEvent[] events = [.. given.Select((e, at) => new PreparedEvent(e, ids[at], versions[at], written.Of(e)))];
        return new PreparedAppend(new DateTimeOffset(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero), events, streams, order);
    }

    /// <summary>Several appends as one, at the latest of their times; no two may touch the same stream.</summary>
    public static PreparedAppend Merge(IReadOnlyList<PreparedAppend> appends)
    {
        if (appends.Count == 1)
        {
            return appends[0];
        }

        PreparedEvent[] events = [.. appends.SelectMany(append => append.Events)];
        return new PreparedAppend(
            appends.Select(append => append.Time).DefaultIfEmpty().Max(),
            events,
            [.. appends.SelectMany(append => append.Streams).OrderBy(stream => stream.Id, StringComparer.Ordinal)],
            Sort(events, e => e.Given.StreamId, out _));
    }

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
            foreach (var part in (byte[][])[Encoding.UTF8.GetBytes(e.Given.StreamId), Encoding.UTF8.GetBytes(e.Type.Alias), e.Json])
            {
                hash.AppendData(BitConverter.GetBytes(part.Length));
                hash.AppendData(part);
            }
        }

        return hash.GetHashAndReset();
    }

    private static int[] Sort<T>(IReadOnlyList<T> events, Func<T, string> streamId, out string[] keys)
    {
        var order = new int[events.Count];
        keys = new string[events.Count];
        for (var i = 0; i < order.Length; i++)
        {
            (keys[i], order[i]) = (streamId(events[i]), i);
        }

        Array.Sort(keys, order, StringComparer.Ordinal);
        return order;
    }

    // The sort may have swapped events of one stream; they are numbered on in the order given.
    private static TouchedStream Number(IReadOnlyList<NewEvent> given, Span<int> places, long[] versions)
    {
        places.Sort();
        var first = given[places[0]];
        var version = first.ExpectedVersion;
        foreach (var place in places)
        {
            RequireSane(given[place], first.ExpectedVersion);
            versions[place] = ++version;
        }

        return new TouchedStream(first.StreamId, first.StreamType, first.ExpectedVersion, version);
    }

    private static void RequireSane(NewEvent newEvent, long expectedVersion)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(newEvent.ExpectedVersion);
        ArgumentException.ThrowIfNullOrEmpty(newEvent.StreamType);
        if (newEvent.StreamId.Length is 0 or > MaxIdLength || newEvent.StreamId.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException($"A stream key has 1 to {MaxIdLength} characters.", nameof(newEvent));
        }

        if (newEvent.ExpectedVersion != expectedVersion)
        {
            throw new ArgumentException($"Events of stream {newEvent.StreamId} expect versions {expectedVersion} and {newEvent.ExpectedVersion} in one append.", nameof(newEvent));
        }
    }
}
