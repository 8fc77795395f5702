using DataHub.Crypto.Sealing;
using DataHub.EventStore.Sealing;
using DataHub.EventStore.Tests.Support;
using DataHub.TestKit;

namespace DataHub.EventStore.Tests.Sealing;

public sealed class KeyRotationTests(PostgresFixture postgres) : StoreTest(postgres)
{
    [Fact]
    public async Task Rotation_OnTwoNodesWhileTheySeal_ReachesTheEndAndEveryKeyStillOpens()
    {
        await using var first = await Node.StartAsync(Database);
        await using var second = await Node.StartAsync(Database);
        var rotation = first.Get<KeyRotation>();
        var sealedBefore = await SealAsync(first, "before");
        var (number, file) = await rotation.AddAsync(Token);
        Assert.Equal((2, Path.Combine(first.Ring.Folder, "kek-2.key")), (number, file));

        await RefusedAsync("KEY_NOT_EVERYWHERE", () => rotation.ActivateAsync(2, Token));
        File.Copy(file, Path.Combine(second.Ring.Folder, "kek-2.key"));
        await Wait.UntilAsync(async () => (await rotation.StatusAsync(Token)).Nodes.Count(node => node.HasNewest) == 2);
        using var stop = new CancellationTokenSource();
        var sealing = Task.WhenAll(SealUntilAsync(first, "f", stop.Token), SealUntilAsync(second, "s", stop.Token));
        await rotation.ActivateAsync(2, Token);
        await RefusedAsync("KEY_IN_USE", () => rotation.RetireAsync(1, Token));
        await RefusedAsync("KEY_IN_USE", () => rotation.RetireAsync(2, Token));
        Assert.True(await rotation.RewrapAsync(null, Token) >= sealedBefore.Count);
        await rotation.RetireAsync(1, Token);
        await stop.CancelAsync();
        var sealedMeanwhile = (await sealing).SelectMany(keys => keys);

        File.Delete(Path.Combine(second.Ring.Folder, "kek-1.key"));
        second.Ring.Refresh();
        DataKey[] all = [.. sealedBefore, .. sealedMeanwhile];
        var opened = await second.Get<SubjectKeys>().OpenAsync([.. all.Select(key => key.Number)], Token);
        Assert.All(all, key => Assert.Equal(key.Bytes.ToArray(), opened[key.Number].Bytes.ToArray()));
        var generations = (await rotation.StatusAsync(Token)).Keys;
        Assert.Equal(new KeyGeneration(1, IsActive: false, IsRetired: true, 0, 0), generations[0]);
        Assert.Equal((2, true, false), (generations[1].Number, generations[1].IsActive, generations[1].IsRetired));
        await second.Get<SubjectKeys>().CheckRingAsync(Token); // The retired file is not missed.
    }

    [Fact]
    public async Task RewrapAsync_CutShort_GoesOnWhereItIsRepeatedAndLeavesEventsAlone()
    {
        await using var node = await Node.StartAsync(Database);
        await Store.AppendAsync([Granted("s/a", 0)], cancellationToken: Token);
        var before = await Database.SuperuserAsync("select md5(string_agg(e::text, '|' order by seq_id)) from datahub.mt_events e");
        var keys = await SealAsync(node, [.. Enumerable.Range(0, 2_500).Select(i => $"p{i}")]);
        await node.Get<KeyRotation>().AddAsync(Token);
        await Wait.UntilAsync(async () => (await node.Get<KeyRotation>().StatusAsync(Token)).Nodes.All(n => n.HasNewest));
        await node.Get<KeyRotation>().ActivateAsync(2, Token);

        using var cut = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => node.Get<KeyRotation>().RewrapAsync(new AfterFirst(cut.Cancel), cut.Token));
        Assert.Equal("1 1502,2 1000", await Database.SuperuserAsync(
            "select string_agg(kek_no || ' ' || n, ',' order by kek_no) from (select kek_no, count(*) n from (select kek_no from datahub.subject_key union all select kek_no from datahub.record_key) k where kek_no is not null group by 1) g"));
        Assert.Equal(1_502, await node.Get<KeyRotation>().RewrapAsync(null, Token));
        Assert.Equal(0, await node.Get<KeyRotation>().RewrapAsync(null, Token));
        var opened = await node.Get<SubjectKeys>().OpenAsync([.. keys.Select(key => key.Number)], Token);
        Assert.All(keys, key => Assert.Equal(key.Bytes.ToArray(), opened[key.Number].Bytes.ToArray()));
        Assert.Equal(before, await Database.SuperuserAsync("select md5(string_agg(e::text, '|' order by seq_id)) from datahub.mt_events e"));
    }

    [Fact]
    public async Task RetireAsync_WhileATransactionSealsUnderTheOldKey_WaitsAndThenRefuses()
    {
        await using var node = await Node.StartAsync(Database);
        await node.Get<KeyRotation>().AddAsync(Token);
        await Wait.UntilAsync(async () => (await node.Get<KeyRotation>().StatusAsync(Token)).Nodes.All(n => n.HasNewest));
        Task activation;
        await using (var slow = await node.Store.BeginAsync(Token))
        {
            await node.Get<SubjectKeys>().EnsureAsync(slow, ["slow"], Token);
            activation = node.Get<KeyRotation>().ActivateAsync(2, Token);
            await Wait.UntilAsync(async () => await Database.SuperuserAsync("select count(*) from pg_locks where not granted and locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())") is 1L);
            await slow.CommitAsync();
        }

        await activation;
        await RefusedAsync("KEY_IN_USE", () => node.Get<KeyRotation>().RetireAsync(1, Token)); // The slow one's row.
    }

    [Fact]
    public async Task ActivateAsync_NodeHasAnotherKeyUnderTheNumber_IsRefused()
    {
        await using var first = await Node.StartAsync(Database);
        await using var second = await Node.StartAsync(Database);
        await first.Get<KeyRotation>().AddAsync(Token);
        second.Ring.AddEncryptionKey(2);
        await second.Get<SubjectKeys>().OpenAsync([1], Token);
        await Wait.UntilAsync(async () => await Database.SuperuserAsync("select count(*) from datahub.sealing_node where name = 'kek-2'") is 2L);
        var fault = await RefusedAsync("KEY_NOT_EVERYWHERE", () => first.Get<KeyRotation>().ActivateAsync(2, Token));
        Assert.Contains(second.Name, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(first.Name, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ActivateAsync_UnknownOrRetired_IsRefused()
    {
        await using var node = await Node.StartAsync(Database);
        await RefusedAsync("KEY_UNKNOWN", () => node.Get<KeyRotation>().ActivateAsync(9, Token));
        await RefusedAsync("KEY_UNKNOWN", () => node.Get<KeyRotation>().RetireAsync(9, Token));
        await node.Get<KeyRotation>().AddAsync(Token);
        await node.Get<KeyRotation>().RetireAsync(2, Token);
        await RefusedAsync("KEY_RETIRED", () => node.Get<KeyRotation>().ActivateAsync(2, Token));
        File.Delete(Path.Combine(node.Ring.Folder, "kek-2.key"));
        Assert.Equal(3, (await node.Get<KeyRotation>().AddAsync(Token)).Number); // A number is never given twice.
    }

    [Fact]
    public async Task StopAsync_Node_IsNotWaitedForAnyMore()
    {
        await using var first = await Node.StartAsync(Database);
        var second = await Node.StartAsync(Database);
        Assert.Equal(2, (await first.Get<KeyRotation>().StatusAsync(Token)).Nodes.Count);
        await second.DisposeAsync();
        Assert.Equal([first.Name], (await first.Get<KeyRotation>().StatusAsync(Token)).Nodes.Select(node => node.Node));
    }

    private static async Task<IReadOnlyList<DataKey>> SealAsync(Node node, params string[] subjects)
    {
        await using var transaction = await node.Store.BeginAsync(Token);
        var keys = await node.Get<SubjectKeys>().EnsureAsync(transaction, subjects, Token);
        var records = await node.Get<SubjectKeys>().CreateRecordKeysAsync(transaction, [new([], true), new(subjects[..1], true)], Token);
        await transaction.CommitAsync();
        return [.. keys.Values, .. records];
    }

    private static async Task<List<DataKey>> SealUntilAsync(Node node, string prefix, CancellationToken stop)
    {
        var keys = new List<DataKey>();
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            keys.AddRange(await SealAsync(node, $"{prefix}{i}"));
        }

        return keys;
    }

    private sealed class AfterFirst(Action act) : IProgress<long>
    {
        public void Report(long value) => act();
    }
}
