using DataHub.Exchange.Quality;
using DataHub.V1;
using Microsoft.Extensions.DependencyInjection;

namespace DataHub.Exchange.Tests.Quality;

public sealed class QualityReportsTests(ExchangeFixture postgres) : ExchangeTest(postgres)
{
    private const string People = "population_person";

    private QualityReports Reports => Services.GetRequiredService<QualityReports>();

    [Fact]
    public async Task Read_WorkedExample_HasTheNumbersOfTheStandard()
    {
        // 1,000 rows, 20 without a number, 7 with one that fails its check.
        var rows = Enumerable.Range(0, 1000).Select(i => i switch
        {
            < 20 => Rows.Person(p => p.ResidentId = ""),
            < 27 => Rows.Person(p => p.ResidentId = "110105194912310021"),
            _ => Numbered(i),
        }).ToArray();
        await PushAsync(Police, People, "a", rows);
        var report = await Reports.ReadAsync(People, null, Token);

        Assert.Equal((1000L, 973L, 27L), (report.Received, report.Accepted, report.Quarantined));
        Assert.Equal((1000L, 20L, true), CountOf(report, "required", "resident_id"));
        Assert.Equal((980L, 7L, true), CountOf(report, "identifier", "resident_id"));
        Assert.Equal("required", report.Rules[0].Rule);
    }

    [Fact]
    public async Task Read_KeysAABC_RepeatIsOneOfFour()
    {
        await PushAsync(Police, People, "a", [Rows.PersonOf(981), Rows.PersonOf(981), Rows.PersonOf(982)], [Rows.PersonOf(983)]);
        Assert.Equal((1, 4), IndicatorOf(await Reports.ReadAsync(People, null, Token), "0303"));
    }

    [Fact]
    public async Task Read_Indicators_AddUpTheirRules()
    {
        await PushAsync(Police, People, "a", [Rows.Person(), Rows.Person(p => (p.FullName, p.EthnicGroup, p.ResidentId) = ("", "99", "11010519491231002x"))]);
        var report = await Reports.ReadAsync(People, null, Token);
        var required = report.Rules.Where(count => count.Rule == "required").ToList();
        Assert.Equal(9, required.Count);
        Assert.Equal((17, 18), IndicatorOf(report, "0201"));
        Assert.Equal((2, 2), IndicatorOf(report, "0102"));
        var reference = report.Rules.Where(count => count.Rule is "code_list" or "unknown_division").Sum(count => count.Checked);
        Assert.Equal((reference - 1, reference), IndicatorOf(report, "0105"));
        Assert.DoesNotContain(report.Indicators, indicator => indicator.Id == "0503");
        Assert.Equal(["01", "02", "03", "05"], report.Indicators.Select(indicator => indicator.Dimension).Distinct());
    }

    [Fact]
    public async Task Read_MembersOfAList_AreCountedTogether()
    {
        var two = Rows.Property(null, Rows.Owner("张三丰", Rows.Zhang), Rows.Owner("", Rows.Resident(981)));
        await PushAsync(Land, "real_property_right", "a", [two, Rows.Property()]);
        Assert.Equal((3L, 1L, true), CountOf(await Reports.ReadAsync("real_property_right", null, Token), "required", "owners[].name"));
    }

    [Fact]
    public async Task Read_ByDefault_IsTheNewestCompletedBatch()
    {
        var first = await PushAsync(Police, People, "a", [Rows.Person()]);
        Time.Advance(TimeSpan.FromHours(1));
        var second = await PushAsync(Police, People, "b", [Rows.Person(), Rows.PersonOf(981)]);
        var open = await NewBatchAsync(Police, People, "c");
        await TakeAsync(open, Rows.PersonOf(982));

        var newest = await Reports.ReadAsync(People, null, Token);
        Assert.Equal((second.BatchId, "police-fep-1", 1L, 1L), (newest.BatchId, newest.Source, newest.Accepted, newest.Unchanged));
        Assert.Equal(Time.GetUtcNow(), newest.Watermark.ToDateTimeOffset());
        Assert.Equal(first.BatchId, (await Reports.ReadAsync(People, Guid.Parse(first.BatchId), Token)).BatchId);
        Assert.Equal(1, (await Reports.ReadAsync(People, open.Id, Token)).Accepted);
    }

    [Fact]
    public async Task Read_WhatDoesNotExist_IsUnknown()
    {
        await RefusedAsync("RESOURCE_UNKNOWN", () => Reports.ReadAsync("no_such", null, Token));
        await RefusedAsync("BATCH_UNKNOWN", () => Reports.ReadAsync(People, null, Token));
        var other = await PushAsync(Land, "real_property_right", "a", [Rows.Property()]);
        await RefusedAsync("BATCH_UNKNOWN", () => Reports.ReadAsync(People, Guid.Parse(other.BatchId), Token));
    }

    private static Record Numbered(int i) => Rows.Person(p =>
    {
        var birth = new DateOnly(1980, 1, 1).AddDays(i);
        p.ResidentId = Rows.Resident(980, birth.ToString("yyyyMMdd", System.Globalization.CultureInfo.InvariantCulture));
        p.BirthDate = Kernel.Time.CivilTime.Format(birth);
    });

    private static (long Checked, long Failed, bool Rejects) CountOf(QualityReport report, string rule, string field)
    {
        var count = report.Rules.Single(count => count.Rule == rule && count.Field == field);
        return (count.Checked, count.Failed, count.Rejects);
    }

    private static (long A, long B) IndicatorOf(QualityReport report, string id) =>
        report.Indicators.Single(indicator => indicator.Id == id) is var indicator ? (indicator.A, indicator.B) : default;
}
