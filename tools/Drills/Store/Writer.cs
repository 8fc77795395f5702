using DataHub.EventStore;
using DataHub.Kernel.Faults;

namespace DataHub.Drills.Store;

/// <summary>Sends one request after another; a keyed one is repeated until its outcome is known.</summary>
/// <param name="store">The store.</param>
/// <param name="number">Number of the writer.</param>
/// <param name="next">Number of its first request.</param>
/// <param name="log">Told before a request is sent and when it is answered.</param>
internal sealed class Writer(IEventStore store, int number, int next, IWriterLog log)
{
    private static readonly TimeSpan RepeatAfter = TimeSpan.FromMilliseconds(20);

    private readonly Random _random = new(number);
    private int _next = next;

    /// <summary>First the requests left by somebody who died, then new ones until told to stop.</summary>
    public async Task RunAsync(IEnumerable<Request> unanswered, CancellationToken stop)
    {
        foreach (var request in unanswered.Where(request => request.Writer == number))
        {
            await SendAsync(request);
        }

        while (!stop.IsCancellationRequested)
        {
            var request = Request.Next(number, _next++, _random);
            log.Sent(request.Mark);
            await SendAsync(request);
        }
    }

    private async Task SendAsync(Request request)
    {
        while (!await TrySendAsync(request))
        {
            await Task.Delay(RepeatAfter);
        }
    }

    private async Task<bool> TrySendAsync(Request request)
    {
        try
        {
            var diary = await store.ReadAsync(Request.DiaryOf(number));
            await store.AppendAsync(request.Events(diary.Version), request.Key);
            log.Acknowledged(request.Mark);
            return true;
        }
        catch (FaultException fault) when (fault.Kind is FaultKind.Unavailable)
        {
            if (request.Key is null && fault.Code != "COMMIT_UNKNOWN")
            {
                log.Refused(request.Mark);
            }

            return request.Key is null;
        }
        catch (FaultException conflict) when (conflict.Code == "STREAM_CONFLICT")
        {
            // The unkeyed request before it, whose outcome nobody knew, was committed after all.
            if (request.Key is null)
            {
                log.Refused(request.Mark);
            }

            return request.Key is null;
        }
    }
}

/// <summary>Told what becomes of requests.</summary>
internal interface IWriterLog
{
    /// <summary>It is about to be sent.</summary>
    void Sent(string mark);

    /// <summary>The store says it is durable.</summary>
    void Acknowledged(string mark);

    /// <summary>The store says that nothing was stored.</summary>
    void Refused(string mark);
}
