using DataHub.Host.Access;
using DataHub.Host.Tests.Support;
using DataHub.Ledger;
using DataHub.TestKit;

[assembly: AssemblyFixture(typeof(HostFixture))]

namespace DataHub.Host.Tests.Support;

/// <summary>The one server of the run, with the schema of the host.</summary>
public sealed class HostFixture() : PostgresFixture(LedgerModule.Migrations, AccessModule.Migrations);
