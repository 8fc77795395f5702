using DataHub.TestKit;

namespace DataHub.Ledger.Tests.Support;

/// <summary>The one server of the run, with the schema of the ledger.</summary>
public sealed class LedgerFixture() : PostgresFixture(LedgerModule.Migrations);
