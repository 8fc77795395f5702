using DataHub.EventStore.Migrations;
using DataHub.Exchange.Tests;
using DataHub.TestKit;

[assembly: AssemblyFixture(typeof(ExchangeFixture))]

namespace DataHub.Exchange.Tests;

/// <summary>The one server of the run, with the schema of the exchange.</summary>
public sealed class ExchangeFixture() : PostgresFixture(new MigrationSet("Exchange", typeof(ExchangeModule).Assembly, "DataHub.Exchange.Storage."));
