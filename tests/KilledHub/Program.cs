// A hub that starts its database, says where it is, and waits to be killed.
using DataHub.EventStore.Postgres;
using DataHub.TestKit;

var postgres = await EmbeddedPostgres.StartAsync(PostgresFixture.OptionsFor(args[0]), CancellationToken.None);
Console.WriteLine(postgres.ProcessId);
Console.WriteLine(postgres.SuperuserOf("postgres"));
await Task.Delay(Timeout.Infinite);
