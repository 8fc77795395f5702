using DataHub.Exchange.Intake;
using DataHub.Kernel.Faults;
using DataHub.TestKit;
using DataHub.V1;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.DependencyInjection;

namespace DataHub.Exchange.Tests.Intake;

/// <summary>However often a batch is cut, repeated and taken up again, it ends the same.</summary>
public sealed class InterleavingTests(ExchangeFixture postgres) : ExchangeTest(postgres)
{
    private static readonly Chunk[] Chunks =
    [
        ChunkOf(0, Rows.Person(), Rows.PersonOf(981), Rows.PersonOf(982, "")),
        ChunkOf(1, Rows.PersonOf(981, "李思"), Rows.PersonOf(983), Rows.PersonOf(983)),
        ChunkOf(2, Rows.Person(), Rows.PersonOf(984)),
    ];

    /// <summary>What may happen between opening and receipt.</summary>
    private enum Step
    {
        Send,
        SendTwiceAtOnce,
        RepeatTheLast,
        SkipOne,
        CancelWhileSending,
        CutAndResume,
        CompleteTooEarlyElsewhere,
    }

    [Fact]
    public async Task Push_AnyInterleaving_EndsAsThePlainOne()
    {
        var expected = await RunAsync([]);
        Assert.Equal((5L, 4L, 8L), (expected.Events, expected.Records, expected.Counts.Received));

        var steps = Gen.Elements(Enum.GetValues<Step>()).ListOf().Select(list => list.Take(12).ToArray()).ToArbitrary();
        Prop.ForAll(steps, run => RunAsync(run).GetAwaiter().GetResult() == expected)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(25).WithQuietOnSuccess(true));
    }

    private async Task<Ending> RunAsync(Step[] steps)
    {
        await using var database = await Postgres.CloneAsync();
        await using var hub = Compose(database);
        var push = new Push(hub, Opening("population_person", "file"));
        await push.ResumeAsync();
        foreach (var step in steps)
        {
            await push.DoAsync(step);
        }

        return await push.FinishAsync(database);
    }

    private sealed record Ending(BatchCounts Counts, long Events, long Records, string Current, string Quality);

    private sealed class Push(ServiceProvider hub, OpenBatch open)
    {
        private readonly BatchRegister _register = hub.GetRequiredService<BatchRegister>();
        private readonly ChunkIntake _intake = hub.GetRequiredService<ChunkIntake>();
        private Opening _opening = null!;
        private SeenKeys _seen = new();
        private int _next;

        public async Task ResumeAsync()
        {
            _opening = await _register.OpenAsync(Police, open, Token);
            _seen = SeenKeys.Of(_opening.Acks);
            Assert.Equal(_next, _opening.Reply.NextChunk);
        }

        public Task DoAsync(Step step) => step switch
        {
            Step.Send => SendAsync(),
            Step.SendTwiceAtOnce when _next < Chunks.Length => SendTwiceAsync(),
            Step.RepeatTheLast when _next > 0 => RefusedAsync("CHUNK_INDEX", () => TakeAsync(_next - 1, Token)),
            Step.SkipOne when _next + 1 < Chunks.Length => RefusedAsync("CHUNK_INDEX", () => TakeAsync(_next + 1, Token)),
            Step.CancelWhileSending when _next < Chunks.Length => Assert.ThrowsAnyAsync<OperationCanceledException>(() => TakeAsync(_next, new CancellationToken(canceled: true))),
            Step.CompleteTooEarlyElsewhere => RefusedAsync("RESOURCE_OF_OTHER_PROVIDER", () => _register.OpenAsync(Land, open, Token)),
            Step.CutAndResume => ResumeAsync(),
            _ => Task.CompletedTask,
        };

        public async Task<Ending> FinishAsync(TestDatabase database)
        {
            while (_next < Chunks.Length)
            {
                await SendAsync();
            }

            var receipt = await _register.CompleteAsync(_opening.Batch!, _opening.Reply.Sequence, ManifestOf(Chunks), Token);
            Assert.Equal(receipt, await _register.CompleteAsync(_opening.Batch!, _opening.Reply.Sequence, ManifestOf(Chunks), Token));
            Assert.Equal(receipt, (await _register.OpenAsync(Police, open, Token)).Receipt);
            return new Ending(
                receipt.Counts,
                (long)(await database.SuperuserAsync("select count(*) from datahub.mt_events"))!,
                (long)(await database.SuperuserAsync("select count(*) from datahub.record_current"))!,
                (string)(await database.SuperuserAsync("select string_agg(key || version || encode(content, 'hex'), ' ' order by key) from datahub.record_current"))!,
                (string)(await database.SuperuserAsync("select string_agg(concat_ws(' ', rule, field, checked, failed), ',' order by rule, field) from datahub.quality_count"))!);
        }

        private async Task SendAsync()
        {
            if (_next < Chunks.Length)
            {
                await TakeAsync(_next, Token);
                _next++;
            }
        }

        private async Task SendTwiceAsync()
        {
            // A clone of the processor, with what it knows of the batch.
            var clone = SeenKeys.Of((await _register.OpenAsync(Police, open, Token)).Acks);
            var (mine, other) = (TakeAsync(_next, Token), _intake.TakeAsync(_opening.Batch!, Chunks[_next], clone, Token));
            await Task.WhenAll(mine, other).ContinueWith(_ => { }, Token, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            var loser = Assert.IsType<FaultException>(Assert.Single((Task[])[mine, other], task => task.IsFaulted).Exception!.InnerException);
            Assert.Equal("CHUNK_INDEX", loser.Code);
            _next++;
            await ResumeAsync();
        }

        private Task<ChunkAck> TakeAsync(int index, CancellationToken cancellationToken) => _intake.TakeAsync(_opening.Batch!, Chunks[index], _seen, cancellationToken);
    }
}
