using DataHub.Crypto.Sealing;
using DataHub.EventStore.Sealing;
using DataHub.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace DataHub.EventStore.Tests.Sealing;

public sealed class SubjectKeysTests(PostgresFixture postgres) : StoreTest(postgres)
{
    private readonly ManualTime _time = new();

    private SubjectKeys Keys => Services.GetRequiredService<SubjectKeys>();

    protected override void Add(IServiceCollection services) => services.AddSingleton<TimeProvider>(_time);

    [Fact]
    public async Task EnsureAsync_Twice_ReturnsTheSameKeys()
    {
        var first = await EnsureAsync("b", "a", "b");
        var second = await EnsureAsync("a", "b", "c");
        Assert.Equal(["a", "b"], first.Keys.Order());
        Assert.All(first, pair => Assert.Equal(pair.Value.Bytes.ToArray(), second[pair.Key].Bytes.ToArray()));
        Assert.Equal(3, second.Values.Select(key => key.Number).Distinct().Count());
    }

    [Fact]
    public async Task EnsureAsync_ManyTransactionsAtOnce_AgreeOnOneKeyEach()
    {
        string[] subjects = [.. Enumerable.Range(0, 50).Select(i => $"subject{i}")];
        var results = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => EnsureAsync(i % 2 == 0 ? subjects : [.. subjects.Reverse()])));
        Assert.All(subjects, subject => Assert.Single(results.Select(keys => Convert.ToHexString(keys[subject].Bytes.Span)).Distinct()));
        Assert.Equal(50L, await Database.SuperuserAsync("select count(*) from datahub.subject_key"));
    }

    [Fact]
    public async Task EnsureAsync_UncommittedRival_IsWaitedForAndItsUndoingTakenOver()
    {
        Task<IReadOnlyDictionary<string, DataKey>> second;
        await using (var rival = await Store.BeginAsync(Token))
        {
            await Keys.EnsureAsync(rival, ["a"], Token);
            second = EnsureAsync("a");
        }

        var key = (await second)["a"];
        Assert.Equal(key.Bytes.ToArray(), (await Keys.OpenAsync([key.Number], Token))[key.Number].Bytes.ToArray());
    }

    [Fact]
    public async Task OpenAsync_SubjectAndRecordKeys_OpensAllAndLeavesOutUnknown()
    {
        var subject = (await EnsureAsync("a"))["a"];
        var records = await CreateAsync(new RecordKeyRequest(["a", "b"], false), new RecordKeyRequest([], true));
        var opened = await Keys.OpenAsync([subject.Number, records[0].Number, records[1].Number, 9999], Token);

        Assert.Equal(3, opened.Count);
        Assert.All([subject, .. records], key => Assert.Equal(key.Bytes.ToArray(), opened[key.Number].Bytes.ToArray()));
        var place = "s/a";
        Assert.Equal([1, 2], Seal.Open(opened[subject.Number], place, Seal.Close(subject, place, [1, 2])));
    }

    [Fact]
    public async Task OpenAsync_JointRecord_OpensThroughEitherHolderUntilBothAreErased()
    {
        var record = (await CreateAsync(new RecordKeyRequest(["a", "b"], false)))[0];
        await EraseAsync("a");
        Assert.Equal(record.Bytes.ToArray(), (await Keys.OpenAsync([record.Number], Token))[record.Number].Bytes.ToArray());
        await EraseAsync("b");
        Assert.Empty(await Keys.OpenAsync([record.Number], Token));
    }

    [Fact]
    public async Task OpenAsync_SubjectComesBackAfterErasure_OldKeysStayClosed()
    {
        var old = (await EnsureAsync("a"))["a"];
        var record = (await CreateAsync(new RecordKeyRequest(["a"], false)))[0];
        await Database.SuperuserAsync("delete from datahub.subject_key"); // As after restoring, where the wraps may still stand.
        var fresh = (await EnsureAsync("a"))["a"];

        Assert.NotEqual(old.Number, fresh.Number);
        Assert.Equal([fresh.Number], (await Keys.OpenAsync([old.Number, record.Number, fresh.Number], Token)).Keys);
    }

    [Fact]
    public async Task OpenAsync_UnderKeyEncryptionKeyToo_SurvivesItsHolders()
    {
        var record = (await CreateAsync(new RecordKeyRequest(["a"], true)))[0];
        await EraseAsync("a");
        Assert.Single(await Keys.OpenAsync([record.Number], Token));
    }

    [Fact]
    public async Task OpenAsync_InsideATransaction_SeesItsOwnKeys()
    {
        await using var transaction = await Store.BeginAsync(Token);
        var key = (await Keys.EnsureAsync(transaction, ["a"], Token))["a"];
        Assert.Single(await Keys.OpenAsync(transaction.Connection, [key.Number], Token));
        Assert.Empty(await Keys.OpenAsync([key.Number], Token));
    }

    [Fact]
    public async Task OpenAsync_KeyInMemory_IsForgottenAfterAMinuteOrWhenTold()
    {
        Hear();
        var key = (await EnsureAsync("a"))["a"].Number;
        Assert.Single(await Keys.OpenAsync([key], Token));
        await Database.SuperuserAsync("delete from datahub.subject_key");
        Assert.Single(await Keys.OpenAsync([key], Token));
        _time.Advance(TimeSpan.FromSeconds(60));
        Hear();
        Assert.Empty(await Keys.OpenAsync([key], Token));

        var other = (await EnsureAsync("b"))["b"].Number;
        Assert.Single(await Keys.OpenAsync([other], Token));
        await Database.SuperuserAsync("delete from datahub.subject_key");
        Keys.Forget();
        Assert.Empty(await Keys.OpenAsync([other], Token));
    }

    [Fact]
    public async Task OpenAsync_NodeHearsNothing_RemembersNothing()
    {
        var key = (await EnsureAsync("a"))["a"].Number;
        Assert.Single(await Keys.OpenAsync([key], Token)); // Never heard a beat: not remembered.
        Hear();
        await Database.SuperuserAsync("create table datahub.kept as select * from datahub.subject_key; delete from datahub.subject_key");
        Assert.Empty(await Keys.OpenAsync([key], Token));
        await Database.SuperuserAsync("insert into datahub.subject_key select * from datahub.kept");
        Assert.Single(await Keys.OpenAsync([key], Token));
        await Database.SuperuserAsync("delete from datahub.subject_key");

        _time.Advance(TimeSpan.FromSeconds(2.9));
        Assert.Single(await Keys.OpenAsync([key], Token));
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Empty(await Keys.OpenAsync([key], Token));
    }

    [Fact]
    public async Task EraseAsync_WhileSomebodySeals_WaitsForThem()
    {
        Task erasure;
        await using (var sealing = await Store.BeginAsync(Token))
        {
            await Keys.EnsureAsync(sealing, ["a"], Token);
            erasure = EraseAsync("a");
            while (await Database.SuperuserAsync("select count(*) from pg_locks where not granted and database = (select oid from pg_database where datname = current_database())") is 0L)
            {
                Assert.False(erasure.IsCompleted);
            }

            await sealing.CommitAsync();
        }

        await erasure;
        Assert.Equal(0L, await Database.SuperuserAsync("select count(*) from datahub.subject_key"));
    }

    [Fact]
    public async Task CreateRecordKeysAsync_NobodyCouldOpenIt_IsOurMistake() =>
        await Assert.ThrowsAsync<ArgumentException>(() => CreateAsync(new RecordKeyRequest([], false)));

    [Fact]
    public async Task CheckRingAsync_OtherKeyFiles_IsRefusedNamingTheKey()
    {
        await Keys.CheckRingAsync(Token);
        await Keys.CheckRingAsync(Token);
        var folder = Directory.CreateTempSubdirectory("datahub-keys-").FullName;
        try
        {
            var stranger = new SubjectKeys(KeyRing.Create(folder), new OpenedKeys(_time), Database.Sources, _time);
            var fault = await RefusedAsync("KEY_FILES_DIFFER", () => stranger.CheckRingAsync(Token));
            Assert.Contains("digest.key is not the one", fault.Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task CheckRingAsync_KeyMissingHere_IsRefusedOnceTheKeyIsUsed()
    {
        await Database.SuperuserAsync("insert into datahub.sealing_check values ('kek-7', '\\x01')");
        await Keys.CheckRingAsync(Token); // Made on another node, not distributed yet.
        await Database.SuperuserAsync("update datahub.sealing_check set activation = 7 where name = 'kek-7'");
        var fault = await RefusedAsync("KEY_FILES_DIFFER", () => Keys.CheckRingAsync(Token));
        Assert.Contains("kek-7.key is missing", fault.Message, StringComparison.Ordinal);
        await RefusedAsync("KEY_FILE_MISSING", () => EnsureAsync("a"));
        await Database.SuperuserAsync("update datahub.sealing_check set retired = now() where name = 'kek-7'");
        await Keys.CheckRingAsync(Token);
    }

    private void Hear() => Services.GetRequiredService<OpenedKeys>().Hear(_time.GetTimestamp());

    private async Task<IReadOnlyDictionary<string, DataKey>> EnsureAsync(params string[] subjects)
    {
        await using var transaction = await Store.BeginAsync(Token);
        var keys = await Keys.EnsureAsync(transaction, subjects, Token);
        await transaction.CommitAsync();
        return keys;
    }

    private async Task<IReadOnlyList<DataKey>> CreateAsync(params RecordKeyRequest[] requests)
    {
        await using var transaction = await Store.BeginAsync(Token);
        var keys = await Keys.CreateRecordKeysAsync(transaction, requests, Token);
        await transaction.CommitAsync();
        return keys;
    }

    private async Task EraseAsync(string subject)
    {
        await using var transaction = await Store.BeginAsync(Token);
        Assert.Single(await Keys.EraseAsync(transaction, [subject], Token));
        await transaction.CommitAsync();
        Keys.Forget();
    }
}
