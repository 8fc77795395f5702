using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Tests.Protos;
using Grpc.Tests.Support;

namespace Grpc.Tests.Server;

/// <summary>Deadlines on both sides.</summary>
public sealed class DeadlineTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static DateTime Soon => TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(200);

    private static DateTime Late => TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(1);

    [Fact]
    public async Task Handler_SeesTheDeadlineOfTheClient()
    {
        var deadline = TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(25);
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers
        {
            Echo = (_, context) => Task.FromResult(new Note { Text = context.Deadline.ToString("O") }),
        });

        var reply = await server.Client.EchoAsync(new Note(), deadline: deadline, cancellationToken: Token);

        var seen = DateTime.Parse(reply.Text, null, System.Globalization.DateTimeStyles.RoundtripKind);
        Assert.Equal(DateTimeKind.Utc, seen.Kind);
        Assert.InRange(seen, deadline.AddSeconds(-1), deadline.AddSeconds(1));
    }

    [Fact]
    public async Task Call_PastItsDeadline_FailsAtTheClientAndCancelsTheHandler()
    {
        var (entered, cancelled, time) = (new TaskCompletionSource(), new TaskCompletionSource(), new SteppedTime());
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers
        {
            Echo = async (request, context) =>
            {
                entered.SetResult();
                await Wait.FiredAsync(context.CancellationToken);
                cancelled.SetResult();
                return request;
            },
        });

        using var channel = server.Connect(new GrpcChannelOptions { ServiceProvider = time });

        var call = new Probe.ProbeClient(channel).EchoAsync(new Note(), deadline: time.In(TimeSpan.FromHours(1)), cancellationToken: Token);
        await entered.Task.SoonAsync();
        time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(StatusCode.DeadlineExceeded, (await Wait.FailureAsync(() => call.ResponseAsync)).StatusCode);
        await cancelled.Task.SoonAsync();
    }

    [Fact]
    public async Task Call_WithADeadlineInThePast_FailsAtOnce()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers());

        var failure = await Wait.FailureAsync(
            () => server.Client.EchoAsync(new Note(), deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(-1), cancellationToken: Token).ResponseAsync);

        Assert.Equal(StatusCode.DeadlineExceeded, failure.StatusCode);
    }

    [Fact]
    public async Task Stream_PastItsDeadline_EndsForAReaderThatOnlyComesLater()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers { Chat = (_, _, context) => Wait.FiredAsync(context.CancellationToken) });
        using var call = server.Client.Chat(deadline: Soon, cancellationToken: Token);

        var first = await Wait.FailureAsync(() => call.ResponseStream.MoveNext(Token));
        var second = await Wait.FailureAsync(() => call.RequestStream.WriteAsync(new Note(), Token));

        Assert.Equal(StatusCode.DeadlineExceeded, first.StatusCode);
        Assert.Equal(StatusCode.DeadlineExceeded, second.StatusCode);
        Assert.Equal(StatusCode.DeadlineExceeded, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task Deadlines_RacingTheAnswers_EndEveryCallOneWayOrTheOther()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers
        {
            Echo = async (request, _) =>
            {
                await Task.Yield();
                return request;
            },
        });
        var client = server.Client;

        // Not all at once: Kestrel takes a thousand resets in one go for an attack and closes the connection.
        var outcomes = new ConcurrentBag<StatusCode>();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 600),
            new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Token },
            async (i, _) => outcomes.Add(await OutcomeAsync(i % 12))).SoonAsync();

        Assert.All(outcomes, code => Assert.True(code is StatusCode.OK or StatusCode.DeadlineExceeded, code.ToString()));
        Assert.Equal("alive", (await client.EchoAsync(new Note { Text = "alive" }, cancellationToken: Token)).Text);

        async Task<StatusCode> OutcomeAsync(int milliseconds)
        {
            try
            {
                await client.EchoAsync(new Note(), deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(milliseconds), cancellationToken: Token);
                return StatusCode.OK;
            }
            catch (RpcException failure)
            {
                return failure.StatusCode;
            }
        }
    }

    [Fact]
    public async Task Deadline_NotInUtc_IsRefused()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers());

        Assert.Throws<InvalidOperationException>(() => server.Client.EchoAsync(new Note(), deadline: new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Local), cancellationToken: Token));
    }

    [Fact]
    public async Task PropagationToken_HandsTheDeadlineToTheNextCall()
    {
        await using var next = await ProbeServer.StartAsync(new ProbeHandlers
        {
            Echo = (_, context) => Task.FromResult(new Note { Text = context.Deadline.ToString("O") }),
        });
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers
        {
            Echo = async (request, context) => await next.Client.EchoAsync(request, new CallOptions().WithPropagationToken(context.CreatePropagationToken())),
        });

        var reply = await server.Client.EchoAsync(new Note(), deadline: Late, cancellationToken: Token);

        Assert.True(DateTime.Parse(reply.Text, null, System.Globalization.DateTimeStyles.RoundtripKind) < DateTime.MaxValue);
    }
}
