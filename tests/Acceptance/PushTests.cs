using DataHub.Acceptance.Tests.Support;
using DataHub.Cli.Demo;
using DataHub.FrontEnd.Pushing;
using DataHub.Town;
using DataHub.V1;
using Google.Protobuf;
using Grpc.Core;

namespace DataHub.Acceptance.Tests;

/// <summary>Records in: what was put into the town's files comes out as the counts say.</summary>
[Collection(TownHubCollection.Name)]
public sealed class PushTests(TownHub hub)
{
    public static TheoryData<string> Resources => [.. DemoSystems.Processors.Select(processor => processor.Resource)];

    [Fact]
    public void Town_Files_AreInBothEncodings() =>
        Assert.Equal(["GB18030", "UTF-8"], hub.Town.Files.Select(file => file.Encoding).Distinct().Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Resources))]
    public async Task Push_FileOfTheTown_CountsAreThoseOfTheManifest(string resource)
    {
        var file = hub.Town.File(resource);
        var counts = hub.Pushed[resource].Receipt.Counts;

        Assert.Equal(file.Rows, counts.Received);
        Assert.Equal(file.ExpectedAccepted, counts.Accepted);
        Assert.Equal(file.ExpectedRejected, counts.Quarantined);
        Assert.Equal(file.RowsWith(TownFaultKind.DuplicateRow), counts.Repeated + counts.Unchanged);
        Assert.True(file.ExpectedRejected > 0 && counts.Repeated + counts.Unchanged > 0);
        Assert.Equal(file.ExpectedAccepted, await hub.Database.CountAsync($"select count(*) from datahub.record_current where resource = '{resource}'"));
        Assert.Equal(file.ExpectedRejected, await hub.Database.CountAsync(
            $"select count(*) from datahub.quarantine where batch_id = '{hub.Pushed[resource].Receipt.BatchId}'"));
    }

    [Theory]
    [MemberData(nameof(Resources))]
    public void Push_FileOfTheTown_EventsAreOneForEachRecord(string resource)
    {
        var receipt = hub.Pushed[resource].Receipt;
        Assert.Equal(receipt.Counts.Accepted, receipt.LastEventSequence - receipt.FirstEventSequence + 1);
    }

    [Theory]
    [MemberData(nameof(Resources))]
    public async Task Push_RejectedLines_CarryReasonsAndNoValues(string resource)
    {
        var lines = await File.ReadAllLinesAsync(hub.FileOf(resource), Latin1, TestContext.Current.CancellationToken);
        var rejected = hub.Pushed[resource].Rejected;

        Assert.Equal(hub.Town.File(resource).ExpectedRejected, rejected.Count);
        Assert.All(rejected, line =>
        {
            Assert.NotEmpty(line.Reasons);
            var told = string.Concat(line.Reasons.Select(reason => $"{reason.Field}\n{reason.Rule}\n{reason.MessageZh}\n{reason.MessageEn}\n"));
            Assert.All(ValuesIn(lines[line.Line - 1]), value => Assert.DoesNotContain(value, told, StringComparison.Ordinal));
            Assert.Contains(line.SourceRecordId, lines[line.Line - 1], StringComparison.Ordinal);
        });
    }

    [Theory]
    [MemberData(nameof(Resources))]
    public async Task Push_SameFileSameWatermark_ReturnsTheSameBytesAndAppendsNothing(string resource)
    {
        var before = await hub.Database.TracesAsync();
        var again = await hub.PushAsync(resource, hub.Town.File(resource).Watermark);

        Assert.Equal(hub.Pushed[resource].Receipt.ToByteArray(), again.Receipt.ToByteArray());
        Assert.Equal(hub.Pushed[resource].Rejected.Select(Told), again.Rejected.Select(Told));
        Assert.Equal(before, await hub.Database.TracesAsync());
    }

    [Fact]
    public async Task Push_SameFileNewerWatermark_EverythingIsUnchangedAndNoEventIsAppended()
    {
        const string Resource = "legal_entity";
        var file = hub.Town.File(Resource);
        var before = await CountEventsAsync();
        var again = (await hub.PushAsync(Resource, file.Watermark.AddMinutes(1))).Receipt;

        Assert.NotEqual(hub.Pushed[Resource].Receipt.BatchId, again.BatchId);
        Assert.Equal((0, file.ExpectedAccepted), (again.Counts.Accepted, again.Counts.Unchanged));
        Assert.Equal(file.ExpectedRejected, again.Counts.Quarantined);
        Assert.Equal((0, 0), (again.FirstEventSequence, again.LastEventSequence));
        Assert.Equal(before, await CountEventsAsync());
    }

    [Fact]
    public async Task Push_OlderBatchAgainBehindANewerOne_ReturnsItsReceipt()
    {
        const string Resource = "real_property_right";
        var watermark = hub.Town.File(Resource).Watermark;
        await hub.PushAsync(Resource, watermark.AddMinutes(1));
        var again = await hub.PushAsync(Resource, watermark);
        Assert.Equal(hub.Pushed[Resource].Receipt.ToByteArray(), again.Receipt.ToByteArray());
    }

    [Fact]
    public async Task Push_ResourceOfAnotherOrganisation_IsDeniedAndNothingIsStored()
    {
        var before = await hub.Database.TracesAsync();
        using var market = hub.AsProcessorOf("legal_entity");
        using var call = market.Exchange.Push(cancellationToken: TestContext.Current.CancellationToken);
        var receipt = hub.Pushed["population_person"].Receipt;
        await call.RequestStream.WriteAsync(
            new PushRequest { Open = new OpenBatch { Resource = receipt.Resource, Mode = BatchMode.Incremental, ContentDigest = receipt.Digest, Watermark = receipt.CompletedAt } },
            TestContext.Current.CancellationToken);

        var refusal = Refusal.Of(await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(TestContext.Current.CancellationToken)));
        Assert.Equal((StatusCode.PermissionDenied, "RESOURCE_OF_OTHER_PROVIDER"), (refusal.Code, refusal.Reason));
        Assert.Equal(before, await hub.Database.TracesAsync());
    }

    private static System.Text.Encoding Latin1 => System.Text.Encoding.Latin1;

    // Bytes as Latin-1 are enough to find numbers; a short code could stand in a sentence by chance.
    private static IEnumerable<string> ValuesIn(string line) => line.Split(',', '|', ';').Where(value => value.Length >= 8 && value.Any(char.IsAsciiDigit));

    private static string Told(RejectedLine line) => $"{line.Line} {line.SourceRecordId} {string.Join(' ', line.Reasons)}";

    private Task<long> CountEventsAsync() => hub.Database.CountAsync("select count(*) from datahub.mt_events");
}
