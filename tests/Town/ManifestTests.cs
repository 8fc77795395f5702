namespace DataHub.Town.Tests;

public sealed class ManifestTests(TownFixture town)
{
    private static readonly TownFaultKind[] Everywhere =
    [
        TownFaultKind.WrongCheckDigit, TownFaultKind.MissingRequired, TownFaultKind.NoSuchDate, TownFaultKind.CodeOutsideList, TownFaultKind.FullWidthDigits,
        TownFaultKind.LowerCaseX, TownFaultKind.NameDotVariant, TownFaultKind.DuplicateRow,
    ];

    public static TheoryData<string> Resources => ["population_person", "legal_entity", "real_property_right", "insurance_participation"];

    [Theory]
    [MemberData(nameof(Resources))]
    public void Faults_CountedFromTheFile_AreThoseOfTheManifest(string resource)
    {
        var file = town.Manifest.File(resource);
        var rows = town.Rows.ByResource[resource];
        var distinct = rows.DistinctBy(r => r.Text).ToList();
        var found = distinct.Select(Recogniser.FaultOf).OfType<TownFaultKind>().GroupBy(k => k).Select(g => (g.Key, g.Count())).ToList();
        found.Add((TownFaultKind.DuplicateRow, rows.Count - distinct.Count));
        Assert.Equal(file.Faults.Select(f => (f.Kind, f.Rows)), found.OrderBy(f => f.Key));
    }

    [Theory]
    [MemberData(nameof(Resources))]
    public void Totals_OfFile_FollowFromTheFaults(string resource)
    {
        var file = town.Manifest.File(resource);
        var rejected = file.Faults.Where(f => f.Outcome == TownFaultOutcome.Rejected).Sum(f => f.Rows);
        Assert.Equal(file.ExpectedRejected, rejected);
        Assert.Equal(file.Rows, town.Rows.ByResource[resource].Count);
        Assert.Equal(file.ExpectedAccepted, file.Rows - rejected - file.RowsWith(TownFaultKind.DuplicateRow));
    }

    [Theory]
    [MemberData(nameof(Resources))]
    public void Faults_OfFile_TouchAboutOneAndAHalfPercentOfTheRows(string resource)
    {
        var file = town.Manifest.File(resource);
        Assert.InRange(file.Faults.Sum(f => f.Rows), file.Rows * 0.01, file.Rows * 0.02 + 9);
        Assert.Superset(Everywhere.ToHashSet(), file.Faults.Select(f => f.Kind).ToHashSet());
    }

    [Fact]
    public void Faults_OfOneFileOnly_OccurThere()
    {
        Assert.True(town.Manifest.File("real_property_right").RowsWith(TownFaultKind.SharesDoNotAddUp) > 0);
        Assert.True(town.Manifest.File("insurance_participation").RowsWith(TownFaultKind.FifteenDigitId) > 0);
        Assert.True(town.Manifest.File("population_person").RowsWith(TownFaultKind.BirthDateContradictsId) > 0);
        Assert.True(town.Manifest.File("insurance_participation").RowsWith(TownFaultKind.BirthDateContradictsId) > 0);
    }

    [Fact]
    public void Duplicates_InPopulation_StandNextToTheFirstAndFarFromIt()
    {
        var distances = town.Rows.Population.Select((row, at) => (row.Text, at)).GroupBy(r => r.Text, r => r.at)
            .Where(g => g.Count() == 2).Select(g => g.Last() - g.First()).ToList();
        Assert.Contains(1, distances);
        Assert.Contains(distances, d => d > 1_000);
    }
}
