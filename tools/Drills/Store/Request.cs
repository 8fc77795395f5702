using System.Globalization;
using DataHub.EventStore.Streams;

namespace DataHub.Drills.Store;

/// <summary>An event of a drill.</summary>
/// <param name="Mark">The request it belongs to.</param>
/// <param name="Of">How many events that request has.</param>
public sealed record Drilled(string Mark, int Of);

/// <summary>An append whose whole content follows from its mark, so that it can be repeated by somebody who knows no more than that.</summary>
/// <param name="Writer">Who sends it.</param>
/// <param name="Number">Its number; writer and number are never used twice in a run.</param>
/// <param name="Kind">What it is like.</param>
internal sealed record Request(int Writer, int Number, RequestKind Kind)
{
    private const int ManyEvents = 600; // Enough to be copied instead of sent as parameters.

    public string Mark => string.Create(CultureInfo.InvariantCulture, $"{Writer}-{Number}-{Kind}");

    public string? Key => Kind is RequestKind.Unkeyed ? null : $"drill {Mark}";

    /// <summary>The writer's own stream, which every request continues by one event.</summary>
    public static string DiaryOf(int writer) => string.Create(CultureInfo.InvariantCulture, $"drill/diary/{writer}");

    public static Request Next(int writer, int number, Random random) => new(writer, number, random.Next(40) switch
    {
        0 => RequestKind.Many,
        < 10 => RequestKind.Unkeyed,
        _ => RequestKind.Keyed,
    });

    public static Request Parse(string mark) => mark.Split('-') is [var writer, var number, var kind]
        ? new Request(int.Parse(writer, CultureInfo.InvariantCulture), int.Parse(number, CultureInfo.InvariantCulture), Enum.Parse<RequestKind>(kind))
        : throw new InvalidDataException($"'{mark}' is no mark of a request.");

    public IReadOnlyList<NewEvent> Events(long diaryVersion)
    {
        var others = Kind is RequestKind.Many ? ManyEvents : 1;
        var data = new Drilled(Mark, others + 1);
        return [Event(DiaryOf(Writer), diaryVersion, data), .. Enumerable.Range(0, others).Select(i => Event(string.Create(CultureInfo.InvariantCulture, $"drill/{Mark}/{i}"), 0, data))];
    }

    private static NewEvent Event(string stream, long expected, Drilled data) => new() { StreamId = stream, StreamType = "drill", ExpectedVersion = expected, Data = data };
}

/// <summary>What a request is like.</summary>
internal enum RequestKind
{
    /// <summary>Two events with an idempotency key.</summary>
    Keyed,

    /// <summary>Two events without a key: when its commit is cut off, nobody knows.</summary>
    Unkeyed,

    /// <summary>Hundreds of events with a key.</summary>
    Many,
}
