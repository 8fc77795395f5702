using DataHub.Acceptance.Tests.Support;
using DataHub.Cli;
using DataHub.Cli.Demo;
using DataHub.Town;
using DataHub.V1;
using Grpc.Core;

namespace DataHub.Acceptance.Tests;

/// <summary>The quality report agrees with what was put into the files.</summary>
[Collection(TownHubCollection.Name)]
public sealed class QualityTests(TownHub hub) : IDisposable
{
    private readonly HubConnection _steward = hub.As(DemoSystems.Steward);

    public static TheoryData<string> Resources => PushTests.Resources;

    public void Dispose() => _steward.Dispose();

    [Theory]
    [MemberData(nameof(Resources))]
    public async Task Report_OfTheTownsBatch_AgreesWithTheManifest(string resource)
    {
        var file = hub.Town.File(resource);
        var report = await ReportAsync(resource);

        Assert.Equal(
            (file.Rows, file.ExpectedAccepted, file.ExpectedRejected, file.RowsWith(TownFaultKind.DuplicateRow)),
            (report.Received, report.Accepted, report.Quarantined, report.Repeated + report.Unchanged));
        Assert.Equal(file.Watermark, report.Watermark.ToDateTimeOffset());
        Assert.Equal(file.RowsWith(TownFaultKind.DuplicateRow), Failed(report, "duplicate_key"));
        Assert.Equal(file.RowsWith(TownFaultKind.MissingRequired), Failed(report, "required"));
        Assert.Equal(file.RowsWith(TownFaultKind.NoSuchDate), Failed(report, "type"));
        Assert.Equal(file.RowsWith(TownFaultKind.BirthDateContradictsId), Failed(report, "birth_date_matches_id"));
        Assert.Equal(file.RowsWith(TownFaultKind.SharesDoNotAddUp), Failed(report, "shares_given"));
        Assert.Equal(file.RowsWith(TownFaultKind.CodeOutsideList), Failed(report, "code_list"));
    }

    [Theory]
    [MemberData(nameof(Resources))]
    public async Task Report_Indicators_AreTheSumsOfTheirRules(string resource)
    {
        var report = await ReportAsync(resource);
        var repeated = report.Indicators.Single(indicator => indicator.Id == "0303");
        var complete = report.Indicators.Single(indicator => indicator.Id == "0201");

        Assert.Equal(hub.Town.File(resource).RowsWith(TownFaultKind.DuplicateRow), repeated.A);
        Assert.Equal(hub.Town.File(resource).RowsWith(TownFaultKind.MissingRequired), complete.B - complete.A);
        Assert.All(report.Indicators, indicator => Assert.InRange(indicator.A, 0, indicator.B));
    }

    [Fact]
    public async Task Report_OfAnUnknownBatch_IsNotFound()
    {
        var request = new QualityReportRequest { Resource = "legal_entity", BatchId = Guid.Empty.ToString() };
        var refusal = await Refusal.OfAsync(_steward.Stewardship.GetQualityReportAsync(request, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal((StatusCode.NotFound, "BATCH_UNKNOWN"), (refusal.Code, refusal.Reason));
    }

    private static long Failed(QualityReport report, string rule) => report.Rules.Where(count => count.Rule == rule).Sum(count => count.Failed);

    private async Task<QualityReport> ReportAsync(string resource)
    {
        var request = new QualityReportRequest { Resource = resource, BatchId = hub.Pushed[resource].Receipt.BatchId };
        return await _steward.Stewardship.GetQualityReportAsync(request, cancellationToken: TestContext.Current.CancellationToken);
    }
}
