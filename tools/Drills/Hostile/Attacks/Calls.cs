using DataHub.RawHttp2;

namespace DataHub.Drills.Hostile.Attacks;

/// <summary>Many requests over few connections, so many at once; a connection the hub closes is made again.</summary>
/// <param name="field">The field.</param>
/// <param name="attacker">Whose address and certificate.</param>
internal sealed class Calls(AttackField field, int attacker) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly SemaphoreSlim _beginning = new(1);
    private Http2Peer? _peer;
    private int _streams;

    /// <summary>Use a provider's certificate instead of a consumer's.</summary>
    public bool AsProvider { get; init; }

    /// <summary>Does something for every number, so many at a time, at the attackers' pace.</summary>
    public static Task EachAsync(AttackField field, int count, int atOnce, Func<int, Task> act)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = field.Stop };
        return Parallel.ForAsync(0, count, options, async (i, _) =>
        {
            await field.Pace.WaitAsync(field.Stop);
            await act(i);
        });
    }

    /// <summary>Sends a request and waits for the end of its answer.</summary>
    /// <returns>The answer; its outcome is <c>closed</c> where the connection ended first.</returns>
    public async Task<Http2Reply> SendAsync(IEnumerable<(string Name, string Value)> headers, byte[] body)
    {
        try
        {
            var isLong = body.Length > Frames.MostPayload;
            var (peer, stream, reply) = await BeginAsync(headers, isLong ? null : body);
            await (isLong ? peer.UploadAsync(stream, reply, body) : Task.CompletedTask);
            await reply.Ended.WaitAsync(Patience, field.Stop);
            return reply;
        }
        catch (Exception e) when (AttackField.IsHangup(e))
        {
            return new Http2Reply();
        }
        catch (TimeoutException)
        {
            field.Tally.Wrong("no answer within a minute");
            return new Http2Reply();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await (_peer?.DisposeAsync() ?? ValueTask.CompletedTask);
        _beginning.Dispose();
    }

    // Streams must begin in the order of their numbers, so one is begun after the other.
    private async Task<(Http2Peer Peer, int Stream, Http2Reply Reply)> BeginAsync(IEnumerable<(string Name, string Value)> headers, byte[]? body)
    {
        await _beginning.WaitAsync(field.Stop);
        try
        {
            if (_peer is null || _peer.Closed.IsCompleted || _peer.GoneAway.IsCompleted)
            {
                _peer = await field.ConnectAsync(attacker, AsProvider ? field.Provider(attacker) : field.Consumer(attacker));
                _streams = 0;
            }

            var stream = 2 * _streams++ + 1;
            return (_peer, stream, body is null ? await _peer.BeginAsync(stream, headers) : await _peer.RequestAsync(stream, headers, body));
        }
        finally
        {
            _beginning.Release();
        }
    }
}
