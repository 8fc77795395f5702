using DataHub.EventStore.Migrations;
using DataHub.TestKit;
using DataHub.Verification.Tests;

[assembly: AssemblyFixture(typeof(VerificationFixture))]

namespace DataHub.Verification.Tests;

/// <summary>The one server of the run, with the schema of verification.</summary>
public sealed class VerificationFixture() : PostgresFixture(new MigrationSet("Verification", typeof(VerificationModule).Assembly, "DataHub.Verification.Storage."));
