using DataHub.TestKit;

[assembly: AssemblyFixture(typeof(PostgresFixture))]
