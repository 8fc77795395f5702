using DataHub.Ledger.Tests.Support;
using DataHub.TestKit;
using Npgsql;

namespace DataHub.Ledger.Tests.Storage;

/// <summary>What the role the hub runs as may do to the ledger: add, and nothing else.</summary>
public sealed class HubRoleTests(LedgerFixture postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Tables => [.. "ledger_leaf ledger_entry leaf_sequence ledger_tile ledger_signer ledger_head".Split(' ')];

    [Theory]
    [MemberData(nameof(Tables))]
    public async Task EachTable_ToTheHub_CannotBeChangedOrEmptied(string table)
    {
        await using var ledger = await TamperedLedger.CreateAsync(postgres);
        var column = (string)(await ledger.Database.SuperuserAsync($"select attname from pg_attribute where attrelid = 'datahub.{table}'::regclass and attnum = 1"))!;

        foreach (var sql in (string[])[$"update {table} set {column} = {column}", $"delete from {table}", $"truncate {table}", $"drop table {table}", $"alter table {table} disable trigger all"])
        {
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, (await Assert.ThrowsAsync<PostgresException>(() => RunAsync(ledger.Database, sql))).SqlState);
        }
    }

    [Fact]
    public async Task Partitions_ToTheHub_AreOutOfReach()
    {
        await using var ledger = await TamperedLedger.CreateAsync(postgres);

        foreach (var sql in (string[])["delete from ledger_entry_202603", "select * from ledger_leaf_202603", "alter table ledger_entry detach partition ledger_entry_202603", "create table datahub.mine (id int)"])
        {
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, (await Assert.ThrowsAsync<PostgresException>(() => RunAsync(ledger.Database, sql))).SqlState);
        }
    }

    [Fact]
    public async Task TransactionOfALeaf_ToTheHub_CannotBeChosen()
    {
        await using var ledger = await TamperedLedger.CreateAsync(postgres);

        var refused = await Assert.ThrowsAsync<PostgresException>(() => RunAsync(
            ledger.Database, "insert into ledger_leaf (leaf_id, at, xid, kind, count, root) values (1, '2026-03-01', '3', 1, 1, '\\x00')"));

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
    }

    [Theory]
    [InlineData("1999-12-31")]
    [InlineData("2100-01-01")]
    public async Task PartitionFunction_MonthOutsideTheCalendar_IsRefused(string month)
    {
        await using var database = await postgres.CloneAsync();

        await Assert.ThrowsAsync<PostgresException>(() => RunAsync(database, $"select ledger_partition('{month}')"));
    }

    private static async Task RunAsync(TestDatabase database, string sql)
    {
        await using var command = database.Sources.Hub.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Token);
    }
}
