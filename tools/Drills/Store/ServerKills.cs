using System.Diagnostics;

namespace DataHub.Drills.Store;

/// <summary>Kills PostgreSQL outright under eight writers, again and again; the embedded server comes back by itself.</summary>
internal sealed class ServerKills(DrilledStore store, int kills) : IWriterLog
{
    private const int Writers = 8;

    private readonly Tally _tally = new();
    private readonly Random _random = new(kills);
    private TaskCompletionSource _enough = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _countdown;

    /// <summary>Longest time between a kill and the next acknowledgement.</summary>
    public TimeSpan LongestGap { get; private set; }

    public void Sent(string mark) => _tally.Sent(mark);

    public void Refused(string mark) => _tally.Refuse(mark);

    public void Acknowledged(string mark)
    {
        _tally.Acknowledge(mark);
        if (Interlocked.Decrement(ref _countdown) == 0)
        {
            _enough.SetResult();
        }
    }

    public async Task<Tally> RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await NextAsync(acknowledgements: 0);
        var writers = Task.WhenAll(Enumerable.Range(0, Writers).Select(number => Task.Run(() => new Writer(store.Events, number, next: 0, this).RunAsync([], stop.Token), CancellationToken.None)));
        for (var i = 0; i < kills; i++)
        {
            await NextAsync(_random.Next(1, 300)).WaitAsync(cancellationToken);
            Kill(store.ServerProcessId);
            var clock = Stopwatch.StartNew();
            await NextAsync(acknowledgements: 1).WaitAsync(cancellationToken);
            LongestGap = clock.Elapsed > LongestGap ? clock.Elapsed : LongestGap;
        }

        await stop.CancelAsync();
        await writers;
        return _tally;
    }

    // An acknowledgement on its way when the server is killed counts as one after it: the gap is then short, never too long.
    private Task NextAsync(int acknowledgements)
    {
        _enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Interlocked.Exchange(ref _countdown, acknowledgements);
        return acknowledgements == 0 ? Task.CompletedTask : _enough.Task;
    }

    private static void Kill(int processId)
    {
        using var server = Process.GetProcessById(processId);
        server.Kill();
    }
}
