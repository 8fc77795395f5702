using DataHub.Exchange.Quality;
using DataHub.Kernel.Resources;
using DataHub.V1;
using InformationItem = DataHub.Kernel.Resources.InformationItem;

namespace DataHub.Exchange.Tests.Intake;

/// <summary>What a row becomes on its way in.</summary>
public sealed class RowReaderTests
{
    public static TheoryData<string> Libraries => [.. Whole.Keys];

    private static Dictionary<string, Record> Whole { get; } = new()
    {
        ["population_person"] = Rows.Person(),
        ["legal_entity"] = Rows.Entity(),
        ["real_property_right"] = Rows.Property(),
        ["insurance_participation"] = Rows.Insurance(),
    };

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Read_WholeRow_TakesEveryValueAndFindsNothing(string resource)
    {
        var record = Whole[resource];
        var (adapter, schema) = Reading.AdapterOf(record);
        Assert.Equal((resource, resource), (adapter.Resource, schema.Resource));

        var reading = Reading.Of(record);
        Assert.Empty(reading.Rejections);
        Assert.Empty(reading.Warnings);
        var body = adapter.Body(record)!;
        Assert.All(
            body.Descriptor.Fields.InFieldNumberOrder().Where(field => !field.IsRepeated && (string)field.Accessor.GetValue(body) != ""),
            field => Assert.Equal(field.Accessor.GetValue(body), reading.Draft[field.Name]));
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Body_MessageOfTheLibrary_HasEveryItemOfItsSchema(string resource)
    {
        var (adapter, schema) = Reading.AdapterOf(Whole[resource]);
        var fields = adapter.Body(Whole[resource])!.Descriptor.Fields.InFieldNumberOrder().Select(field => field.Name);
        Assert.Equal(schema.Items.Select(item => item.Name).Order(), fields.Order());
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Read_RowOfAnotherResource_IsRejectedAsSuch(string resource)
    {
        var (adapter, schema) = Reading.AdapterOf(Whole[resource]);
        Assert.All(Whole.Where(other => other.Key != resource), other =>
        {
            var draft = new Exchange.Intake.RowReader(adapter, schema, new Exchange.Intake.SubjectReader(schema, Reading.Keys)).Read(0, other.Value, new RuleRun(Reading.Today));
            Assert.Equal("wrong_body", Assert.Single(draft.Rejections).Rule);
        });
    }

    [Theory]
    [InlineData("１１０１０５１９４９１２３１００２Ｘ")]
    [InlineData("11010519491231002x")]
    [InlineData(" 110105 19491231 002X\u3000")]
    [InlineData("110105491231002")]
    public void Read_NumberWrittenOtherwise_IsNormalisedWithAWarning(string written)
    {
        var strict = Reading.Of(Rows.Person());
        var reading = Reading.Of(Rows.Person(p => p.ResidentId = written));
        Assert.Equal(Rows.Zhang, reading.Draft["resident_id"]);
        Assert.Empty(reading.Rejections);
        Assert.Equal(["standard_form resident_id"], reading.Warnings);
        Assert.Equal(strict.Draft.Key, reading.Draft.Key);
        Assert.Equal(strict.Draft.Content, reading.Draft.Content);
    }

    [Theory]
    [InlineData("买买提•阿里")]
    [InlineData("买买提・阿里")]
    [InlineData("买买提．阿里")]
    public void Read_NameWithAnotherDot_HasTheMiddleDot(string written)
    {
        var reading = Reading.Of(Rows.Person(p => p.FullName = written));
        Assert.Equal("买买提·阿里", reading.Draft["full_name"]);
        Assert.Equal(["standard_form full_name"], reading.Warnings);
    }

    [Fact]
    public void Read_RareIdeograph_IsKeptAsWritten()
    {
        // U+F9E8 is a compatibility ideograph that NFKC would replace; U+20BB7 lies outside the first plane.
        var reading = Reading.Of(Rows.Person(p => p.FullName = "𠮷田"));
        Assert.Equal("𠮷田", reading.Draft["full_name"]);
        Assert.Empty(reading.Warnings);
    }

    [Fact]
    public void Read_FullWidthCodeAndNumber_BecomeAscii()
    {
        var reading = Reading.Of(Rows.Property(p => (p.RightType, p.BuildingArea) = ("４", "２５５．８７")));
        Assert.Equal(("4", "255.87"), (reading.Draft["right_type"], reading.Draft["building_area"]));
        Assert.Equal(["standard_form right_type", "standard_form building_area"], reading.Warnings);
    }

    [Theory]
    [InlineData("浙（2017）乐清市不动产权第0001234号")]
    [InlineData("浙〔2017〕乐清市不动产权第0001234号")]
    public void Read_CertificateInOtherBrackets_IsTheSameRecord(string written) =>
        Assert.Equal(Reading.Of(Rows.Property()).Draft.Key, Reading.Of(Rows.Property(p => p.CertificateNo = written)).Draft.Key);

    [Fact]
    public void Read_InstantInAnotherZone_IsKeptInUtcWithoutAWarning()
    {
        var reading = Reading.Of(Rows.Property(p => p.RegisteredAt = "2017-03-01T10:00:00+08:00"));
        Assert.Equal("2017-03-01T02:00:00Z", reading.Draft["registered_at"]);
        Assert.Empty(reading.Warnings);
    }

    [Fact]
    public void Read_SeveralFaults_TellsAllAtOnce()
    {
        var reading = Reading.Of(Rows.Person(p => (p.FullName, p.BirthDate, p.EthnicGroup) = ("", "2023-02-30", "99")));
        Assert.Equal(["required full_name", "code_list ethnic_group", "type birth_date"], reading.Rejections);
    }

    [Fact]
    public void Read_EmptyRequiredValue_IsNotCountedAsABadFormatToo()
    {
        var reading = Reading.Of(Rows.Person(p => p.ResidentId = ""));
        Assert.Equal(["required resident_id"], reading.Rejections);
        Assert.False(reading.Rules.Counts.ContainsKey(new Finding("identifier", "resident_id")));
    }

    public static TheoryData<Record> Hostile =>
    [
        Rows.Person(p => p.LegacyId15 = "ABCDEFGHIJKLMNO"),
        Rows.Person(p => p.BirthDate = "9999-12-31"),
        Rows.Person(p => (p.MaritalStatus, p.BirthDate) = ("2", "9990-01-01")),
        Rows.Person(p => p.FullName = "\0"),
        Rows.Property(p => p.RegisteredAt = "9999-12-31T23:59:59Z"),
        Rows.Property(p => p.RegisteredAt = "0001-01-01T00:00:00+14:00"),
        Rows.Property(p => p.BuildingArea = "1e400"),
        Rows.Property(p => p.BuildingArea = new string('9', 400)),
        Rows.Property(p => (p.OwnershipMode, p.Owners[0].Share) = ("2", "7.9228162514264337593543950335")),
        Rows.Property(p => (p.OwnershipMode, p.Owners[0].Share) = ("2", "0.0000000000000000000000000001")),
        Rows.Property(p => (p.OwnershipMode, p.Owners[0].Share) = ("2", new string('9', 100_000) + "/" + new string('9', 100_000))),
        Rows.Property(p => p.UnitCode = new string('不', 28)),
        Rows.Entity(e => e.Uscc = new string('\u0001', 18)),
        Rows.Insurance(i => i.SocialSecurityNo = "9"),
        new Record { PopulationPerson = new PopulationPerson() },
        new Record { RealPropertyRight = new RealPropertyRight { Owners = { new PropertyOwner() } } },
    ];

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Read_Nonsense_IsRejectedNeverThrown(Record record) => Assert.NotEmpty(Reading.Of(record).Rejections);

    [Fact]
    public void Read_ItemTheMessageDoesNotKnow_CanOnlyBeMissing()
    {
        var more = Schemas.Person with
        {
            Items =
            [
                .. Schemas.Person.Items,
                new InformationItem { Name = "blood_group", Title = "血型", Type = ItemType.Text },
                new InformationItem { Name = "children", Title = "子女", Type = ItemType.List, Required = true, Items = [Schemas.Person.Items[0]] },
            ],
        };
        Assert.Equal(["required children"], Reading.Of(Rows.Person(), more).Rejections);
    }

    [Fact]
    public void Read_ContentDigest_CountsFieldsAndValidDatesAndNothingElse()
    {
        var content = Reading.Of(Rows.Person()).Draft.Content;
        var sourceChanged = Rows.Person();
        (sourceChanged.SourceRecordId, sourceChanged.SourceUpdatedAt) = ("P2", "2026-01-01T00:00:00Z");
        Assert.Equal(content, Reading.Of(sourceChanged).Draft.Content);

        var until = Rows.Person();
        until.ValidTo = "2030-01-01";
        Assert.NotEqual(content, Reading.Of(until).Draft.Content);
        Assert.NotEqual(content, Reading.Of(Rows.Person(p => p.Education = "22")).Draft.Content);
        Assert.NotEqual(content, Reading.Of(Rows.Person(), Schemas.Person with { Version = 2 }).Draft.Content);
    }
}
