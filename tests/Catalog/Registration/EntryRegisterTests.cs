using System.Diagnostics;
using DataHub.Kernel.Faults;
using DataHub.V1;

namespace DataHub.Catalog.Tests.Registration;

public sealed class EntryRegisterTests(CatalogFixture postgres) : CatalogTest(postgres)
{
    private const string Stream = "qinghe/directory/101001-8";

    [Fact]
    public async Task Register_New_AppendsTheWholeEntry()
    {
        var reply = await RegisterAsync(Police, Samples.Executable(), Samples.Describing());
        Assert.Equal((2, 0, 0), (reply.Registered, reply.Revised, reply.Unchanged));
        var stream = await Store.ReadAsync(Stream, cancellationToken: Token);
        var registered = Assert.IsType<EntryRegistered>(Assert.Single(stream.Events).Data);
        Assert.Equal(("police-fep-1", Samples.Police, "dog_licence"), (registered.System, registered.Organisation, registered.Entry.Schema!.Resource));
    }

    [Fact]
    public async Task Register_SameAgain_AppendsNothing()
    {
        await RegisterAsync(Police, Samples.Executable());
        var reply = await RegisterAsync(Police, Samples.Executable());
        Assert.Equal((0, 0, 1), (reply.Registered, reply.Revised, reply.Unchanged));
        Assert.Equal(1, (await Store.ReadAsync(Stream, cancellationToken: Token)).Version);
    }

    [Fact]
    public async Task Register_Changed_RevisesAndIsFoundByTheNewTitle()
    {
        await RegisterAsync(Police, Samples.Executable());
        var next = Samples.Executable();
        next.Title = "犬只管理信息";
        var reply = await RegisterAsync(Police, next);
        Assert.Equal((0, 1, 0), (reply.Registered, reply.Revised, reply.Unchanged));
        Assert.IsType<EntryRevised>((await Store.ReadAsync(Stream, cancellationToken: Token)).Events[1].Data);
        Assert.Equal("101001/8", Assert.Single((await SearchAsync("犬只管理信息")).Hits).Code);
    }

    [Fact]
    public async Task Register_OneBad_StoresNone()
    {
        var bad = Samples.Executable("101001/7", "other");
        bad.PublisherCode = Samples.Health;
        var fault = await RefusedAsync("ENTRY_OF_OTHER_PROVIDER", () => RegisterAsync(Police, Samples.Executable(), bad));
        Assert.Equal((FaultKind.Denied, "entries[1].publisher_code"), (fault.Kind, fault.Field));
        Assert.Equal(0, (await Store.ReadAsync(Stream, cancellationToken: Token)).Version);
        Assert.Null(await Resources.FindAsync("dog_licence", Token));
    }

    [Fact]
    public async Task Register_DescribingEntryOfAnother_IsAllowed()
    {
        var reply = await RegisterAsync(Health, Samples.Describing());
        Assert.Equal(1, reply.Registered);
    }

    [Fact]
    public async Task Register_NamingOneselfProviderOfAnothersResource_Denied()
    {
        await RegisterAsync(Police, Samples.Executable());
        var stolen = Samples.Executable();
        stolen.PublisherCode = Samples.Health;
        await RefusedAsync("ENTRY_OF_OTHER_PROVIDER", () => RegisterAsync(Health, stolen));
        stolen.Schema = null;
        stolen.Items.Clear();
        await RefusedAsync("ENTRY_OF_OTHER_PROVIDER", () => RegisterAsync(Health, stolen));
    }

    [Fact]
    public async Task Register_ResourceOfAnotherEntry_Exists()
    {
        await RegisterAsync(Police, Samples.Executable());
        var fault = await RefusedAsync("RESOURCE_TAKEN", () => RegisterAsync(Police, Samples.Describing(), Samples.Executable("101001/7")));
        Assert.Equal((FaultKind.Exists, "entries[1].schema.resource"), (fault.Kind, fault.Field));
    }

    [Fact]
    public async Task Register_ResourceTakenAtTheSameTime_OneWins()
    {
        var attempts = Enumerable.Range(1, 6).Select(async i =>
        {
            try
            {
                await RegisterAsync(Police, Samples.Executable($"101001/{i}"));
                return "won";
            }
            catch (FaultException fault)
            {
                return fault.Code;
            }
        });
        var outcomes = await Task.WhenAll(attempts);
        Assert.Equal(1, outcomes.Count(outcome => outcome == "won"));
        Assert.Equal(5, outcomes.Count(outcome => outcome == "RESOURCE_TAKEN"));
    }

    [Fact]
    public async Task Register_OtherResourceOrNone_Refused()
    {
        await RegisterAsync(Police, Samples.Executable());
        await RefusedAsync("RESOURCE_FIXED", () => RegisterAsync(Police, Samples.Executable(resource: "dog_permit", version: 2)));
        await RefusedAsync("RESOURCE_FIXED", () => RegisterAsync(Police, Samples.Describing("101001/8")));
    }

    [Fact]
    public async Task Register_IncompatibleSchema_NeedsAHigherVersion()
    {
        await RegisterAsync(Police, Samples.Executable());
        var next = Samples.Executable();
        next.Items[2].Type = "C";
        next.Items[2].Length = "8";
        var fault = await RefusedAsync("SCHEMA_VERSION", () => RegisterAsync(Police, next));
        Assert.Equal((FaultKind.WrongState, "entries[0].schema.version"), (fault.Kind, fault.Field));
        next.Schema.Version = 2;
        Assert.Equal(1, (await RegisterAsync(Police, next)).Revised);
        await RefusedAsync("SCHEMA_VERSION", () => RegisterAsync(Police, Samples.Executable()));
    }

    [Fact]
    public async Task Register_EnormousEntry_IsStoredAndFoundByItsTitle()
    {
        var entry = Samples.Describing();
        for (var i = 0; i < 299; i++)
        {
            var first = '一' + (i * 60);
            entry.Items.Add(Samples.Item($"item_{i}", string.Concat(Enumerable.Range(first, 128).Select(c => (char)c))));
        }

        await RegisterAsync(Police, entry);
        Assert.Equal(entry.Code, Assert.Single((await SearchAsync("养犬登记")).Hits).Code);
    }

    [Fact]
    public async Task Register_Corpus_TakesSecondsAndTheSecondTimeChangesNothing()
    {
        var corpus = Samples.Corpus();
        var watch = Stopwatch.StartNew();
        var first = await ImportAsync(corpus);
        TestContext.Current.TestOutputHelper?.WriteLine($"{corpus.Count} entries in {watch.ElapsedMilliseconds} ms");
        Assert.Equal((1212, 0, 0), first);
        Assert.Equal((0, 0, 1212), await ImportAsync(corpus));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), "An import of 1,212 entries must not take a statement an entry.");
    }

    private async Task<(int Registered, int Revised, int Unchanged)> ImportAsync(IReadOnlyList<DirectoryEntry> corpus)
    {
        var replies = new List<RegisterReply>();
        foreach (var part in corpus.Chunk(500))
        {
            replies.Add(await RegisterAsync(Police, part));
        }

        return (replies.Sum(reply => reply.Registered), replies.Sum(reply => reply.Revised), replies.Sum(reply => reply.Unchanged));
    }
}
