using System.Security.Cryptography;
using System.Text;
using DataHub.EventStore;
using DataHub.EventStore.Sealing;
using DataHub.Exchange.Intake;
using DataHub.Exchange.Records;
using DataHub.Kernel;
using DataHub.Kernel.Access;
using DataHub.Kernel.Faults;
using DataHub.Kernel.Resources;
using DataHub.TestKit;
using DataHub.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.DependencyInjection;

namespace DataHub.Exchange.Tests;

/// <summary>An exchange of its own per test, empty, on a clock that stands still.</summary>
public abstract class ExchangeTest(ExchangeFixture postgres) : IAsyncLifetime
{
    private static readonly HashSet<SystemRole> ProviderRole = [SystemRole.Provider];

    protected ExchangeFixture Postgres => postgres;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected static Caller Police { get; } = new("police-fep-1", Schemas.Person.Publisher, ProviderRole);

    protected static Caller PoliceTwo { get; } = new("police-fep-2", Schemas.Person.Publisher, ProviderRole);

    protected static Caller Land { get; } = new("land-fep-1", Schemas.Property.Publisher, ProviderRole);

    protected static Caller Market { get; } = new("market-fep-1", Schemas.Entity.Publisher, ProviderRole);

    protected ManualTime Time { get; } = new();

    protected TestDatabase Database { get; private set; } = null!;

    protected ServiceProvider Services { get; private set; } = null!;

    private protected FixedDirectory Directory { get; } = new(Schemas.Person, Schemas.Entity, Schemas.Property, Schemas.Insurance);

    protected IEventStore Store => Services.GetRequiredService<IEventStore>();

    protected SubjectKeys SubjectKeys => Services.GetRequiredService<SubjectKeys>();

    protected RecordQueries Queries => Services.GetRequiredService<RecordQueries>();

    private protected BatchRegister Register => Services.GetRequiredService<BatchRegister>();

    private protected ChunkIntake Intake => Services.GetRequiredService<ChunkIntake>();

    public async ValueTask InitializeAsync()
    {
        Database = await postgres.CloneAsync();
        Services = Compose(Database);
    }

    public async ValueTask DisposeAsync()
    {
        await Services.DisposeAsync();
        await Database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>A hub node on a database.</summary>
    protected ServiceProvider Compose(TestDatabase database) => database.Compose(services =>
    {
        services.AddSingleton<TimeProvider>(Time);
        services.AddSingleton(new HubName("qinghe"));
        services.AddSingleton<IResourceDirectory>(Directory);
        services.AddExchange();
    });

    protected OpenBatch Opening(string resource, string content, long sequence = 0) => new()
    {
        Resource = resource,
        Mode = BatchMode.Incremental,
        Sequence = sequence,
        ContentDigest = ByteString.CopyFrom(SHA256.HashData(Encoding.UTF8.GetBytes(content))),
        Watermark = Timestamp.FromDateTimeOffset(Time.GetUtcNow()),
    };

    private protected Task<Opening> OpenAsync(Caller caller, string resource, string content, long sequence = 0) =>
        Register.OpenAsync(caller, Opening(resource, content, sequence), Token);

    private protected async Task<Batch> NewBatchAsync(Caller caller, string resource, string content = "file")
    {
        var opening = await OpenAsync(caller, resource, content);
        Assert.Equal(BatchOpened.Types.Outcome.New, opening.Reply.Outcome);
        return opening.Batch!;
    }

    protected static Chunk ChunkOf(int index, params Record[] records)
    {
        var bytes = new RecordList { Records = { records } }.ToByteString();
        return new Chunk { Index = index, Records = bytes, Digest = ByteString.CopyFrom(SHA256.HashData(bytes.Span)) };
    }

    protected static CompleteBatch ManifestOf(params Chunk[] chunks) => new()
    {
        ChunkCount = chunks.Length,
        RowCount = chunks.Sum(chunk => RecordList.Parser.ParseFrom(chunk.Records).Records.Count),
        Digest = ByteString.CopyFrom(SHA256.HashData([.. chunks.SelectMany(chunk => chunk.Digest)])),
    };

    private protected Task<ChunkAck> TakeAsync(Batch batch, params Record[] records) => Intake.TakeAsync(batch, ChunkOf(0, records), new SeenKeys(), Token);

    /// <summary>One whole batch, each array a chunk.</summary>
    protected async Task<BatchReceipt> PushAsync(Caller caller, string resource, string content, params Record[][] chunks)
    {
        var opening = await OpenAsync(caller, resource, content);
        var seen = new SeenKeys();
        Chunk[] cut = [.. chunks.Index().Select(chunk => ChunkOf(chunk.Index, chunk.Item))];
        foreach (var chunk in cut)
        {
            await Intake.TakeAsync(opening.Batch!, chunk, seen, Token);
        }

        return await Register.CompleteAsync(opening.Batch!, opening.Reply.Sequence, ManifestOf(cut), Token);
    }

    /// <summary>The pseudonym of a resident under the run's keys.</summary>
    protected string SubjectOf(string id, string kind = "resident_id") => Services.GetRequiredService<Crypto.Sealing.KeyRing>().Pseudonyms.OfSubject(kind, id);

    protected async Task EraseAsync(string subject)
    {
        await using var transaction = await Store.BeginAsync(Token);
        Assert.Single(await SubjectKeys.EraseAsync(transaction, [subject], Token));
        await transaction.CommitAsync();
        SubjectKeys.Forget();
    }

    protected async Task<long> CountAsync(string table) => (long)(await Database.SuperuserAsync($"select count(*) from datahub.{table}"))!;

    protected static async Task<FaultException> RefusedAsync(string code, Func<Task> act)
    {
        var fault = await Assert.ThrowsAsync<FaultException>(act);
        Assert.Equal(code, fault.Code);
        return fault;
    }

    protected static void AssertCounts(BatchCounts counts, long received, long accepted = 0, long unchanged = 0, long repeated = 0, long quarantined = 0, long warned = 0) =>
        Assert.Equal(
            new BatchCounts { Received = received, Accepted = accepted, Unchanged = unchanged, Repeated = repeated, Quarantined = quarantined, Warned = warned }, counts);
}

/// <summary>What is registered, for tests to change.</summary>
internal sealed class FixedDirectory(params ResourceSchema[] schemas) : IResourceDirectory
{
    private readonly Dictionary<string, ResourceSchema> _schemas = schemas.ToDictionary(schema => schema.Resource);

    public void Set(ResourceSchema schema) => _schemas[schema.Resource] = schema;

    public ValueTask<ResourceSchema?> FindAsync(string resource, CancellationToken cancellationToken) => new(_schemas.GetValueOrDefault(resource));
}
