using DataHub.Crypto.Sealing;
using DataHub.EventStore.Sealing;
using DataHub.EventStore.Tests.Support;
using DataHub.TestKit;

namespace DataHub.EventStore.Tests.Sealing;

public sealed class ErasuresTests(PostgresFixture postgres) : StoreTest(postgres)
{
    [Fact]
    public async Task EraseAsync_OtherNodeRemembersTheKey_IsDroppedThereBeforeTheErasureIsAcknowledged()
    {
        await using var first = await Node.StartAsync(Database);
        await using var second = await Node.StartAsync(Database);
        var key = await SealAsync(first, "a");
        await UntilRememberedAsync(second, key);

        var start = TimeProvider.System.GetTimestamp();
        var erased = await first.Get<Erasures>().EraseAsync(["a", "a_linked"], "article 47", Token);
        Assert.True(TimeProvider.System.GetElapsedTime(start) >= TimeSpan.FromSeconds(3));
        Assert.Equal([new ErasedKey("a", key)], erased.Keys);
        Assert.Empty(await second.Get<SubjectKeys>().OpenAsync([key], Token));

        var told = Assert.Single((await Store.ReadAsync("qinghe/erasure/subjects", cancellationToken: Token)).Events);
        Assert.Equal("subjects_erased", told.Type);
        foreach (var node in (Node[])[first, second])
        {
            await Wait.UntilAsync(async () => (await node.Get<Erasures>().JournalAsync(Token)).Count == 1);
        }
    }

    [Fact]
    public async Task OpenAsync_ListeningConnectionCut_RemembersNothingUntilItHearsAgain()
    {
        await using var node = await Node.StartAsync(Database);
        var key = await SealAsync(node, "a");
        await UntilRememberedAsync(node, key);
        await Database.SuperuserAsync("revoke connect on database " + await Database.SuperuserAsync("select current_database()") + " from public");
        await Database.SuperuserAsync("select pg_terminate_backend(pid, 5000) from pg_stat_activity where query like '%datahub_beat_%' and pid <> pg_backend_pid() and datname = current_database()");
        await Database.SuperuserAsync("delete from datahub.subject_key"); // An erasure that this node cannot hear of.
        await Wait.UntilAsync(async () => (await node.Get<SubjectKeys>().OpenAsync([key], Token)).Count == 0);
    }

    [Fact]
    public async Task ReapplyAsync_OlderBackupOfTheDatabase_DestroysTheKeysAgainAndTellsTheStore()
    {
        var ring = KeyFolder.CopyOf(Database.Keys);
        long old, later;
        await using (var node = await Node.StartAsync(Database, keys: ring))
        {
            old = await SealAsync(node, "a");
            await SealAsync(node, "b");
            await BackUpAsync();
            await node.Get<Erasures>().EraseAsync(["a"], "article 47", Token);
            later = await SealAsync(node, "c");
        }

        await RestoreAsync(); // "a" is back, "c" and the record of the erasure are gone, and numbers are given out again from where they stood.
        Assert.Equal(2L, await Database.SuperuserAsync("select count(*) from datahub.subject_key"));
        await using var restored = await Node.StartAsync(Database, keys: ring);
        Assert.Empty(await restored.Get<SubjectKeys>().OpenAsync([old], Token));
        Assert.Equal("b", await Database.SuperuserAsync("select string_agg(subject_id, ',') from datahub.subject_key"));
        Assert.Equal(1, (await Store.ReadAsync("qinghe/erasure/subjects", cancellationToken: Token)).Version);
        Assert.True(later > old);
    }

    [Fact]
    public async Task ReapplyAsync_PersonRegisteredAnew_KeepsTheNewKeyAndNumbersAreNotReused()
    {
        var ring = KeyFolder.CopyOf(Database.Keys);
        long old, anew;
        await using (var node = await Node.StartAsync(Database, keys: ring))
        {
            await BackUpAsync();
            old = await SealAsync(node, "a");
            await node.Get<Erasures>().EraseAsync(["a"], "article 47", Token);
            await RestoreAsync(); // As of before the person came: the next number would be the erased key's.
        }

        await using (var node = await Node.StartAsync(Database, keys: ring))
        {
            anew = await SealAsync(node, "a");
        }

        Assert.True(anew > old);
        await using var again = await Node.StartAsync(Database, keys: ring);
        Assert.Single(await again.Get<SubjectKeys>().OpenAsync([anew], Token));
    }

    [Fact]
    public async Task ReapplyAsync_JournalOfThisNodeLost_IsWrittenAgainFromTheStore()
    {
        await using (var node = await Node.StartAsync(Database))
        {
            await SealAsync(node, "a");
            await node.Get<Erasures>().EraseAsync(["a"], "article 47", Token);
        }

        await using var fresh = await Node.StartAsync(Database);
        Assert.Equal("article 47", Assert.Single(await fresh.Get<Erasures>().JournalAsync(Token)).Basis);
    }

    [Fact]
    public async Task AddMissingAsync_CutOffInTheMiddleOfALine_KeepsWhatWasWhole()
    {
        var journal = new ErasureJournal(KeyFolder.CopyOf(Database.Keys), TimeProvider.System);
        await journal.AddMissingAsync([Erasure("a"), Erasure("b")], Token);
        var whole = await File.ReadAllTextAsync(journal.Path, Token);
        await File.WriteAllTextAsync(journal.Path, whole[..^7], Token);
        Assert.Equal(["a"], (await journal.ReadAsync(Token)).Select(erasure => erasure.Basis));
        Assert.Equal(["a", "c"], (await journal.AddMissingAsync([Erasure("c")], Token)).Select(erasure => erasure.Basis));
        Assert.Equal(["a", "c"], (await journal.ReadAsync(Token)).Select(erasure => erasure.Basis));
    }

    [Theory]
    [InlineData("\"a\"", "\"x\"")]
    [InlineData("\n", "")]
    [InlineData(" ", "")]
    public async Task ReadAsync_JournalWasChanged_IsRefused(string what, string by)
    {
        var journal = new ErasureJournal(KeyFolder.CopyOf(Database.Keys), TimeProvider.System);
        await journal.AddMissingAsync([Erasure("a"), Erasure("b")], Token);
        var text = await File.ReadAllTextAsync(journal.Path, Token);
        var at = text.IndexOf(what, StringComparison.Ordinal);
        await File.WriteAllTextAsync(journal.Path, text[..at] + by + text[(at + what.Length)..], Token);
        await RefusedAsync("ERASURE_JOURNAL", () => journal.ReadAsync(Token));
    }

    [Fact]
    public async Task ReadAsync_JournalOfOtherKeys_IsRefused()
    {
        var journal = new ErasureJournal(KeyFolder.CopyOf(Database.Keys), TimeProvider.System);
        await journal.AddMissingAsync([Erasure("a")], Token);
        var other = KeyRing.Create($"{Database.Keys.Folder}-{Guid.NewGuid():N}");
        var moved = new ErasureJournal(other, TimeProvider.System);
        File.Copy(journal.Path, moved.Path);
        await RefusedAsync("ERASURE_JOURNAL", () => moved.ReadAsync(Token));
    }

    [Fact]
    public async Task AddMissingAsync_ManyAtOnce_KeepsEachOnce()
    {
        var journal = new ErasureJournal(KeyFolder.CopyOf(Database.Keys), TimeProvider.System);
        SubjectsErased[] erasures = [.. Enumerable.Range(0, 10).Select(i => Erasure($"{i}"))];
        await Task.WhenAll(erasures.Select(erasure => Task.Run(() => journal.AddMissingAsync([erasure, erasures[0]], Token), Token)));
        Assert.Equal(erasures.Select(erasure => erasure.Erasure).Order(), (await journal.ReadAsync(Token)).Select(erasure => erasure.Erasure).Order());
    }

    private static SubjectsErased Erasure(string basis) => new(Guid.NewGuid(), new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero), basis, [new ErasedKey("a", 1)]);

    private static async Task<long> SealAsync(Node node, string subject)
    {
        await using var transaction = await node.Store.BeginAsync(Token);
        var key = (await node.Get<SubjectKeys>().EnsureAsync(transaction, [subject], Token))[subject];
        await node.Get<SubjectKeys>().CreateRecordKeysAsync(transaction, [new([subject], false)], Token);
        await transaction.CommitAsync();
        return key.Number;
    }

    // Remembered means: it opens although the row is gone.
    private async Task UntilRememberedAsync(Node node, long key)
    {
        await Database.SuperuserAsync("create table datahub.aside as select * from datahub.subject_key");
        await Wait.UntilAsync(async () =>
        {
            await node.Get<SubjectKeys>().OpenAsync([key], Token);
            await Database.SuperuserAsync("delete from datahub.subject_key");
            var remembered = (await node.Get<SubjectKeys>().OpenAsync([key], Token)).Count == 1;
            await Database.SuperuserAsync("insert into datahub.subject_key select * from datahub.aside");
            return remembered;
        });
    }

    // The tables a restore of the database brings back, with their sequences.
    private Task<object?> BackUpAsync() => Database.SuperuserAsync("""
        create schema backup;
        create table backup.subject_key as table datahub.subject_key; create table backup.record_key as table datahub.record_key;
        create table backup.mt_streams as table datahub.mt_streams; create table backup.mt_events as table datahub.mt_events;
        create table backup.numbers as select last_value, is_called from datahub.sealing_key_no
        """);

    private Task<object?> RestoreAsync() => Database.SuperuserAsync("""
        truncate datahub.subject_key, datahub.record_key, datahub.mt_events, datahub.mt_streams;
        insert into datahub.mt_streams table backup.mt_streams; insert into datahub.mt_events table backup.mt_events;
        insert into datahub.subject_key table backup.subject_key; insert into datahub.record_key table backup.record_key;
        select setval('datahub.sealing_key_no', last_value, is_called) from backup.numbers
        """);
}
