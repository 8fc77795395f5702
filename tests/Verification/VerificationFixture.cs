using DataHub.Ledger;
using DataHub.TestKit;
using DataHub.Verification.Tests;

[assembly: AssemblyFixture(typeof(VerificationFixture))]

namespace DataHub.Verification.Tests;

/// <summary>The one server of the run, with the schema of ledger and verification.</summary>
public sealed class VerificationFixture() : PostgresFixture(LedgerModule.Migrations, VerificationModule.Migrations);
