namespace DataHub.Exchange.Tests.Records;

public sealed class RecordQueriesTests(ExchangeFixture postgres) : ExchangeTest(postgres)
{
    private static readonly string Li = Rows.Resident(981);

    private static Record Joint(params V1.PropertyOwner[] owners) =>
        Rows.Property(null, owners.Length > 0 ? owners : [Rows.Owner("张三丰", Rows.Zhang), Rows.Owner("李四光", Li)]);

    [Fact]
    public async Task Current_Subject_HasTheWholeRecordAndItsEvent()
    {
        var receipt = await PushAsync(Police, "population_person", "a", [Rows.Person()]);
        var record = Assert.Single(await Queries.CurrentAsync("population_person", SubjectOf(Rows.Zhang), "person", Token));
        Assert.Equal((receipt.LastEventSequence, (int?)null), (record.Sequence, record.Element));
        Assert.Equal(Reading.Of(Rows.Person()).Draft.Fields.ToDictionary(field => field.Path, field => field.Value), record.Fields);
    }

    [Fact]
    public async Task Current_JointRecord_IsFoundThroughEitherOwnerWithTheirPlace()
    {
        await PushAsync(Land, "real_property_right", "a", [Joint()]);
        var (zhang, li) = (Assert.Single(await OwnedAsync(Rows.Zhang)), Assert.Single(await OwnedAsync(Li)));
        Assert.Equal((0, 1), (zhang.Element, li.Element));
        Assert.Equal(zhang.Fields, li.Fields);
        Assert.Equal("清河市城南街道梅花路1号2单元301室", li.Fields["location"]);
        Assert.Empty(await OwnedAsync(Rows.Resident(982)));
        Assert.Empty(await Queries.CurrentAsync("real_property_right", SubjectOf(Li), "person", Token));
        Assert.Empty(await Queries.CurrentAsync("population_person", SubjectOf(Li), "owner", Token));
    }

    [Fact]
    public async Task Current_OneOwnerErased_TheirPartIsGoneAndTheRestStays()
    {
        await PushAsync(Land, "real_property_right", "a", [Joint()]);
        await EraseAsync(SubjectOf(Li));
        var fields = Assert.Single(await OwnedAsync(Rows.Zhang)).Fields;
        Assert.DoesNotContain(fields.Keys, path => path.StartsWith("owners[1]", StringComparison.Ordinal));
        Assert.Equal(("张三丰", "清河市城南街道梅花路1号2单元301室", "330382"), (fields["owners[0].name"], fields["location"], fields["division"]));
    }

    [Fact]
    public async Task Current_AllOwnersErased_OnlyTheClearStays()
    {
        await PushAsync(Land, "real_property_right", "a", [Joint()]);
        await EraseAsync(SubjectOf(Li));
        await EraseAsync(SubjectOf(Rows.Zhang));
        var fields = Assert.Single(await OwnedAsync(Rows.Zhang)).Fields;
        Assert.DoesNotContain("location", fields.Keys);
        Assert.Equal("330382", fields["division"]);
    }

    [Fact]
    public async Task Current_CompanyAmongTheOwners_KeepsWhatIsSharedAfterThePersonIsErased()
    {
        await PushAsync(Land, "real_property_right", "a", [Joint(Rows.Owner("张三丰", Rows.Zhang), Rows.Owner("示例科技有限公司", Rows.Company, idType: "001"))]);
        await EraseAsync(SubjectOf(Rows.Zhang));
        var fields = Assert.Single(await Queries.CurrentAsync("real_property_right", SubjectOf(Rows.Company, "uscc"), "owner", Token)).Fields;
        Assert.Equal("示例科技有限公司", fields["owners[1].name"]);
        Assert.Contains("location", fields.Keys);
        Assert.DoesNotContain("owners[0].name", fields.Keys);
    }

    [Fact]
    public async Task Current_LegalRepresentativeErased_TheCompanyStays()
    {
        await PushAsync(Market, "legal_entity", "a", [Rows.Entity()]);
        Assert.Equal("张三丰", Assert.Single(await CompanyAsync()).Fields["legal_rep_name"]);
        await EraseAsync(SubjectOf(Rows.Zhang));
        var fields = Assert.Single(await CompanyAsync()).Fields;
        Assert.Equal(("示例科技有限公司", "王五六"), (fields["name"], fields["contact_name"]));
        Assert.DoesNotContain(fields.Keys, path => path.StartsWith("legal_rep", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Current_OwnerSoldTheHouse_IsNotFoundThroughThemAnyMore()
    {
        await PushAsync(Land, "real_property_right", "a", [Joint()]);
        await PushAsync(Land, "real_property_right", "b", [Joint(Rows.Owner("张三丰", Rows.Zhang))]);
        Assert.Empty(await OwnedAsync(Li));
        Assert.Single(await OwnedAsync(Rows.Zhang));
    }

    [Fact]
    public async Task Current_RecordAgainAfterErasure_OpensUnderNewKeys()
    {
        await PushAsync(Police, "population_person", "a", [Rows.Person()]);
        await EraseAsync(SubjectOf(Rows.Zhang));
        await PushAsync(Police, "population_person", "b", [Rows.Person(p => p.Education = "22")]);
        Assert.Equal("22", Assert.Single(await Queries.CurrentAsync("population_person", SubjectOf(Rows.Zhang), "person", Token)).Fields["education"]);
    }

    [Fact]
    public async Task Freshness_OnlyCompletedBatchesCount_TheNewestWatermarkWins()
    {
        Assert.Null(await Queries.FreshnessAsync("population_person", Token));
        var yesterday = Time.GetUtcNow();
        await PushAsync(PoliceTwo, "population_person", "a", [Rows.Person()]);
        Time.Advance(TimeSpan.FromDays(1));
        await OpenAsync(Police, "population_person", "b");
        var fresh = await Queries.FreshnessAsync("population_person", Token);
        Assert.Equal((yesterday, "police-fep-2"), (fresh!.Watermark, fresh.Source));
        Assert.Null(await Queries.FreshnessAsync("legal_entity", Token));
    }

    private Task<IReadOnlyList<Exchange.Records.CurrentRecord>> OwnedAsync(string id) => Queries.CurrentAsync("real_property_right", SubjectOf(id), "owner", Token);

    private Task<IReadOnlyList<Exchange.Records.CurrentRecord>> CompanyAsync() => Queries.CurrentAsync("legal_entity", SubjectOf(Rows.Company, "uscc"), "entity", Token);
}
