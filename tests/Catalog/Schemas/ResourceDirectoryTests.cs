using DataHub.Catalog.Registration;
using DataHub.Catalog.Schemas;
using DataHub.Kernel.Resources;
using Microsoft.Extensions.DependencyInjection;

namespace DataHub.Catalog.Tests.Schemas;

public sealed class ResourceDirectoryTests(CatalogFixture postgres) : CatalogTest(postgres)
{
    [Fact]
    public async Task Find_AfterRegistrationHere_KnowsItAtOnce()
    {
        Assert.Null(await Resources.FindAsync("dog_licence", Token));
        await RegisterAsync(Police, Samples.Executable());
        Assert.Equal(1, (await Resources.FindAsync("dog_licence", Token))!.Version);
        await RegisterAsync(Police, Samples.Executable(version: 2));
        Assert.Equal(2, (await Resources.FindAsync("dog_licence", Token))!.Version);
    }

    [Fact]
    public async Task Find_AfterRegistrationElsewhere_KnowsItThreeSecondsLater()
    {
        var time = new ManualTime();
        await using var other = Compose(time);
        var there = other.GetRequiredService<IResourceDirectory>();
        Assert.Null(await there.FindAsync("dog_licence", Token));
        await RegisterAsync(Police, Samples.Executable());
        Assert.Null(await there.FindAsync("dog_licence", Token));
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.NotNull(await there.FindAsync("dog_licence", Token));
        Assert.Null(await there.FindAsync("养犬", Token));
    }

    [Fact]
    public void Entry_EveryItem_KeepsItsRules()
    {
        var schema = SchemaOf.Entry(EntryReader.ReadAll([Samples.Executable()])[0]);
        Assert.Equal(("dog_licence", 1, Samples.Police, UpdateCycle.Monthly), (schema.Resource, schema.Version, schema.Publisher, schema.UpdateCycle));
        Assert.Equal(["dog_no"], schema.Key);
        Assert.Equal(("helpers", "id_no"), (schema.Roles[1].List, schema.Roles[1].Name));
        Assert.Equal((ItemType.Number, 8, 2), (schema.Items[2].Type, schema.Items[2].Length, schema.Items[2].Scale));
        Assert.Equal((ItemType.Text, 18, "resident_id", "keeper", true), (schema.Items[1].Type, schema.Items[1].Length, schema.Items[1].Identifier, schema.Items[1].Person, schema.Items[1].IsPersonal));
        Assert.Equal((ItemType.List, "holder_code_type"), (schema.Items[3].Type, schema.Items[3].Items[0].CodeList));
    }

    private sealed class ManualTime : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Advance(TimeSpan by) => _ticks += by.Ticks;
    }
}
