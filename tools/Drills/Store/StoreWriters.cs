using System.Globalization;

namespace DataHub.Drills.Store;

/// <summary>
/// The process that is killed: a store with eight writers. On its standard input it is told what to repeat and where each writer's numbers go on; on its
/// standard output it says what it sends and what was answered, a line each.
/// </summary>
public static class StoreWriters
{
    private const int Writers = 8;
    private const string Begin = "begin";

    /// <summary>Writes until killed or told to stop.</summary>
    /// <param name="folder">Data folder.</param>
    /// <param name="input">What to repeat.</param>
    /// <param name="output">What happens.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static async Task RunAsync(string folder, TextReader input, TextWriter output, CancellationToken cancellationToken)
    {
        var (next, unanswered) = await HearAsync(input, cancellationToken);
        await using var store = await DrilledStore.StartAsync(folder, cancellationToken);
        var log = new LineLog(output);
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(number =>
            Task.Run(() => new Writer(store.Events, number, next[number], log).RunAsync(unanswered, cancellationToken), CancellationToken.None)));
    }

    /// <summary>The other side of the standard input.</summary>
    internal static async Task TellAsync(TextWriter input, Tally tally)
    {
        for (var number = 0; number < Writers; number++)
        {
            await input.WriteLineAsync(tally.NextNumberOf(number).ToString(CultureInfo.InvariantCulture));
        }

        foreach (var request in tally.Unanswered)
        {
            await input.WriteLineAsync(request.Mark);
        }

        await input.WriteLineAsync(Begin);
        await input.FlushAsync();
    }

    /// <summary>Takes a line of the standard output into account.</summary>
    /// <returns>True for an acknowledgement.</returns>
    internal static bool Apply(string line, Tally tally)
    {
        var mark = line[1..];
        switch (line[0])
        {
            case LineLog.SentSign:
                tally.Sent(mark);
                return false;
            case LineLog.RefusedSign:
                tally.Refuse(mark);
                return false;
            case LineLog.AcknowledgedSign:
                tally.Acknowledge(mark);
                return true;
            default:
                throw new InvalidDataException($"'{line}' is no line of the log.");
        }
    }

    private static async Task<(int[] Next, IReadOnlyList<Request> Unanswered)> HearAsync(TextReader input, CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        for (var line = await input.ReadLineAsync(cancellationToken); line is not (null or Begin); line = await input.ReadLineAsync(cancellationToken))
        {
            lines.Add(line);
        }

        return ([.. lines.Take(Writers).Select(line => int.Parse(line, CultureInfo.InvariantCulture))], [.. lines.Skip(Writers).Select(Request.Parse)]);
    }

    private sealed class LineLog(TextWriter output) : IWriterLog
    {
        public const char SentSign = '>';
        public const char AcknowledgedSign = '+';
        public const char RefusedSign = '-';

        private readonly Lock _gate = new();

        public void Sent(string mark) => Say(SentSign, mark);

        public void Acknowledged(string mark) => Say(AcknowledgedSign, mark);

        public void Refused(string mark) => Say(RefusedSign, mark);

        // One write a line: a line cut off by the kill is not read as another mark.
        private void Say(char sign, string mark)
        {
            lock (_gate)
            {
                output.Write($"{sign}{mark}\n");
                output.Flush();
            }
        }
    }
}
