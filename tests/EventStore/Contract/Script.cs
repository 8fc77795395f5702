using FsCheck;
using FsCheck.Fluent;

namespace DataHub.EventStore.Tests.Contract;

/// <summary>What a writer does next.</summary>
/// <param name="Streams">Streams to append to, shared with the other writers.</param>
/// <param name="Events">Events for each of them.</param>
/// <param name="Keyed">Whether with an idempotency key; then it is repeated until the outcome is known.</param>
/// <param name="Twice">Whether a keyed append that succeeded is sent once more.</param>
/// <param name="Kill">Whether the database first cuts one of the hub's connections.</param>
internal sealed record Step(IReadOnlyList<int> Streams, int Events, bool Keyed, bool Twice, bool Kill);

/// <summary>What all writers do, at the same time.</summary>
internal sealed record Script(IReadOnlyList<IReadOnlyList<Step>> Writers)
{
    private const int Streams = 6;

    public static Arbitrary<Script> Any { get; } = AnyStep().ListOf(8).Select(steps => (IReadOnlyList<Step>)steps).ListOf(4)
        .Select(writers => new Script([.. writers])).ToArbitrary();

    public override string ToString() => string.Join(" | ", Writers.Select(steps => string.Join(", ", steps)));

    // Most appends are small and share transactions; some are copied; one in eight meets a connection that dies.
    private static Gen<Step> AnyStep() =>
        from streams in Gen.Choose(0, Streams - 1).NonEmptyListOf().Select(numbers => (IReadOnlyList<int>)[.. numbers.Distinct().Take(3)])
        from events in Gen.Frequency((8, Gen.Choose(1, 3)), (2, Gen.Choose(30, 60)), (1, Gen.Choose(500, 700)))
        from keyed in Gen.Elements(true, true, false)
        from twice in Gen.Elements(true, false)
        from kill in Gen.Frequency((1, Gen.Constant(true)), (7, Gen.Constant(false)))
        select new Step(streams, events, keyed, twice, kill);
}
