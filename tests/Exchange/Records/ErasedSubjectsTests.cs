using DataHub.EventStore.Sealing;
using Microsoft.Extensions.DependencyInjection;

namespace DataHub.Exchange.Tests.Records;

public sealed class ErasedSubjectsTests(ExchangeFixture postgres) : ExchangeTest(postgres)
{
    private const string Resource = "population_person";

    [Fact]
    public async Task Erase_PersonWithRecords_NothingIsFoundByThePersonAndNoDigestIsLeft()
    {
        await PushAsync(Police, Resource, "a", [Rows.Person(), Rows.PersonOf(1)]);
        Assert.Equal(0L, await CountEmptyAsync());

        await Services.GetRequiredService<Erasures>().EraseAsync([SubjectOf(Rows.Zhang)], "article 47", Token);
        Assert.Empty(await Queries.CurrentAsync(Resource, SubjectOf(Rows.Zhang), "person", Token));
        Assert.Equal((1L, 2L, 1L), (await CountEmptyAsync(), await CountAsync("record_current"), await CountAsync("record_subject")));
    }

    [Fact]
    public async Task Push_SameRecordAfterTheErasure_IsTakenInAnewUnderANewKey()
    {
        await PushAsync(Police, Resource, "a", [Rows.Person()]);
        await Services.GetRequiredService<Erasures>().EraseAsync([SubjectOf(Rows.Zhang)], "article 47", Token);

        var again = await PushAsync(Police, Resource, "b", [Rows.Person()]);
        Assert.Equal((1L, 0L), (again.Counts.Accepted, again.Counts.Unchanged));
        Assert.Single(await Queries.CurrentAsync(Resource, SubjectOf(Rows.Zhang), "person", Token));
    }

    private async Task<long> CountEmptyAsync() => (long)(await Database.SuperuserAsync("select count(*) from datahub.record_current where content = ''"))!;
}
