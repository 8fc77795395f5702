using DataHub.Crypto.Sealing;
using DataHub.EventStore.Sealing;
using DataHub.EventStore.Tests.Support;
using DataHub.TestKit;

namespace DataHub.EventStore.Tests.Sealing;

public sealed class KeyBackupTests(PostgresFixture postgres) : StoreTest(postgres)
{
    private readonly string _file = $"{postgres.Keys.Folder}-{Guid.NewGuid():N}.backup"; // Beside the run's key files, and removed with them.

    [Fact]
    public async Task RestoreAsync_KeysLost_BringsBackEveryKeyExactly()
    {
        await using var node = await Node.StartAsync(Database);
        var keys = await SealAsync(node, "a", "b");
        Assert.Equal(new KeyBackupResult(6, 0), await node.Get<KeyBackup>().WriteAsync(_file, Token));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_file));
        var before = await RowsAsync();
        await Database.SuperuserAsync("truncate datahub.subject_key, datahub.record_key; select setval('datahub.sealing_key_no', 1)");

        Assert.Equal(new KeyBackupResult(6, 6), await node.Get<KeyBackup>().RestoreAsync(_file, Token));
        Assert.Equal(before, await RowsAsync());
        var opened = await node.Get<SubjectKeys>().OpenAsync([.. keys.Select(key => key.Number)], Token);
        Assert.All(keys, key => Assert.Equal(key.Bytes.ToArray(), opened[key.Number].Bytes.ToArray()));
        Assert.True((await SealAsync(node, "c")).Min(key => key.Number) > keys.Max(key => key.Number));
        Assert.Equal(new KeyBackupResult(6, 0), await node.Get<KeyBackup>().RestoreAsync(_file, Token));
    }

    [Fact]
    public async Task WriteAsync_File_HoldsNoKeyThatOpensAnything()
    {
        await using var node = await Node.StartAsync(Database);
        await SealAsync(node, "a");
        await node.Get<KeyBackup>().WriteAsync(_file, Token);
        var text = await File.ReadAllTextAsync(_file, Token);
        Assert.All(Directory.GetFiles(node.Ring.Folder, "*.key"), file => Assert.DoesNotContain(Convert.ToBase64String(File.ReadAllBytes(file)), text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task RestoreAsync_PersonErasedSince_StaysErased()
    {
        await using var node = await Node.StartAsync(Database);
        var keys = await SealAsync(node, "a");
        await SealAsync(node, "b");
        await node.Get<KeyBackup>().WriteAsync(_file, Token);
        await node.Get<Erasures>().EraseAsync(["a"], "article 47", Token);
        await Database.SuperuserAsync("truncate datahub.subject_key, datahub.record_key");

        var result = await node.Get<KeyBackup>().RestoreAsync(_file, Token);
        Assert.True(result.Restored < result.Keys);
        Assert.Equal("b", await Database.SuperuserAsync("select string_agg(subject_id, ',') from datahub.subject_key"));
        Assert.DoesNotContain(keys[0].Number, (await node.Get<SubjectKeys>().OpenAsync([.. keys.Select(key => key.Number)], Token)).Keys);
    }

    [Fact]
    public async Task RestoreAsync_FileCutOrChangedAnywhere_RestoresNothing()
    {
        await using var node = await Node.StartAsync(Database);
        await SealAsync(node, "a", "b");
        await node.Get<KeyBackup>().WriteAsync(_file, Token);
        await Database.SuperuserAsync("truncate datahub.subject_key, datahub.record_key");
        var whole = await File.ReadAllBytesAsync(_file, Token);
        for (var at = 0; at < whole.Length; at += 13)
        {
            var changed = whole.ToArray();
            changed[at] = changed[at] == (byte)'7' ? (byte)'8' : (byte)'7';
            await File.WriteAllBytesAsync(_file, changed, Token);
            await RefusedAsync("KEY_BACKUP", () => node.Get<KeyBackup>().RestoreAsync(_file, Token));
            await File.WriteAllBytesAsync(_file, whole[..at], Token);
            await RefusedAsync("KEY_BACKUP", () => node.Get<KeyBackup>().RestoreAsync(_file, Token));
        }

        Assert.Equal(0L, await Database.SuperuserAsync("select count(*) from datahub.subject_key"));
    }

    [Fact]
    public async Task RestoreAsync_MadeUnderAKeyRetiredSince_NeedsItsFileAndTakesItBack()
    {
        await using var node = await Node.StartAsync(Database);
        var keys = await SealAsync(node, "a");
        await node.Get<KeyBackup>().WriteAsync(_file, Token);
        var rotation = node.Get<KeyRotation>();
        await rotation.AddAsync(Token);
        await Wait.UntilAsync(async () => (await rotation.StatusAsync(Token)).Nodes.All(n => n.HasNewest));
        await rotation.ActivateAsync(2, Token);
        await rotation.RewrapAsync(null, Token);
        await rotation.RetireAsync(1, Token);
        await Database.SuperuserAsync("truncate datahub.subject_key, datahub.record_key");
        var old = Path.Combine(node.Ring.Folder, "kek-1.key");
        File.Move(old, old + ".away");
        await RefusedAsync("KEY_BACKUP", () => node.Get<KeyBackup>().RestoreAsync(_file, Token));

        File.Move(old + ".away", old);
        await node.Get<KeyBackup>().RestoreAsync(_file, Token);
        Assert.Equal([false, false], (await rotation.StatusAsync(Token)).Keys.Select(key => key.IsRetired));
        Assert.Equal(3, await rotation.RewrapAsync(null, Token));
        Assert.Equal(keys.Count, (await node.Get<SubjectKeys>().OpenAsync([.. keys.Select(key => key.Number)], Token)).Count);
    }

    private static async Task<IReadOnlyList<DataKey>> SealAsync(Node node, params string[] subjects)
    {
        await using var transaction = await node.Store.BeginAsync(Token);
        var keys = await node.Get<SubjectKeys>().EnsureAsync(transaction, subjects, Token);
        var records = await node.Get<SubjectKeys>().CreateRecordKeysAsync(transaction, [new([], true), new(subjects, true)], Token);
        await transaction.CommitAsync();
        return [.. keys.Values, .. records];
    }

    private Task<object?> RowsAsync() => Database.SuperuserAsync("""
        select md5((select string_agg(s::text, '|' order by key_no) from datahub.subject_key s) || (select string_agg(r::text, '|' order by key_no, holder) from datahub.record_key r))
        """);
}
