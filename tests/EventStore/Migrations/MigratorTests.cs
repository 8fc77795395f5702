using DataHub.EventStore.Migrations;
using DataHub.EventStore.Postgres;
using DataHub.TestKit;

namespace DataHub.EventStore.Tests.Migrations;

public sealed class MigratorTests(PostgresFixture postgres) : StoreTest(postgres)
{
    private Migrator Migrator => new(Database.Sources, [EventStoreModule.Migrations]);

    [Fact]
    public async Task ApplyAsync_UpToDate_DoesNothing() => Assert.Empty(await Migrator.ApplyAsync(Token));

    [Fact]
    public async Task ApplyAsync_EmptyDatabaseTwiceAtOnce_AppliesEachOnce()
    {
        var server = await Postgres.ServerAsync();
        await Database.SuperuserAsync("create database migrate_race owner datahub_owner");
        await using var sources = new PostgresDataSources(server.EndpointOf("migrate_race"));
        var runs = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => new Migrator(sources, [EventStoreModule.Migrations]).ApplyAsync(Token)));
        Assert.Equal(EventStoreModule.Migrations.Read().Select(migration => migration.ToString()), runs.SelectMany(run => run));
    }

    [Fact]
    public async Task ApplyAsync_DatabaseIsNewer_IsRefused()
    {
        await Database.SuperuserAsync("insert into datahub.schema_migration (module, number, name, checksum) values ('EventStore', 77, 'later', '')");
        var fault = await RefusedAsync("SCHEMA_NEWER", () => Migrator.ApplyAsync(Token));
        Assert.Contains("EventStore/0077", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ApplyAsync_AppliedWithOtherContent_IsRefused()
    {
        await Database.SuperuserAsync("update datahub.schema_migration set checksum = '\\x00' where number = 1");
        await RefusedAsync("SCHEMA_CHANGED", () => Migrator.ApplyAsync(Token));
    }

    [Fact]
    public async Task ApplyAsync_NoServerThere_IsUnavailable()
    {
        await using var nowhere = new PostgresDataSources(PostgresEndpoint.Configured("Host=/tmp/datahub-nowhere;Database=x"));
        await RefusedAsync("DATABASE_AWAY", () => new Migrator(nowhere, [EventStoreModule.Migrations]).ApplyAsync(Token));
    }
}
