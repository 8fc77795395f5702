using DataHub.FrontEnd.Csv;
using DataHub.FrontEnd.Pushing;
using DataHub.FrontEnd.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace DataHub.FrontEnd.Tests.Pushing;

public sealed class ResumeTests : IDisposable
{
    private const int Rows = 11;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // 11 rows are 6 chunks; with the manifest, 7 messages: cuts fall before and after each.
    [Fact]
    public async Task Push_StreamsCutAnywhere_DeliversTheSameChunksOnce()
    {
        var file = await _folder.CheckAsync("source_record_id\n" + string.Concat(Enumerable.Range(0, Rows).Select(row => $"r{row}\n")));
        var whole = Push(file, []);
        var cut = from message in Gen.Choose(1, 7)
                  from afterTaking in Gen.Elements(true, false)
                  from withStatus in Gen.Elements(true, false)
                  select new Cut(message, afterTaking, withStatus);
        Prop.ForAll(cut.ListOf().Resize(6).ToArbitrary(), cuts => Push(file, cuts).SequenceEqual(whole)).Check(Config.QuickThrowOnFailure.WithMaxTest(60));
    }

    private static List<string> Push(CsvFile file, IEnumerable<Cut> cuts)
    {
        var hub = new ScriptedHub();
        foreach (var cut in cuts)
        {
            hub.Cuts.Enqueue(cut);
        }

        PushAsync(file, hub).GetAwaiter().GetResult();
        return [.. hub.Delivered.Select(chunk => $"{chunk.Index} {Convert.ToHexString(chunk.Digest.Span)}")];
    }

    private static async Task PushAsync(CsvFile file, ScriptedHub hub)
    {
        await using var server = await HubServer.StartAsync(hub);
        var pusher = new BatchPusher(server.Client, new ImmediateTime(), new PushOptions());
        var outcome = await pusher.PushAsync(file, DateTimeOffset.UnixEpoch, progress: null, TestContext.Current.CancellationToken);
        Assert.Equal(Rows, outcome.Receipt.Counts.Received);
    }
}
