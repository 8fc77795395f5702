using DataHub.Ledger.Tests.Support;

[assembly: AssemblyFixture(typeof(LedgerFixture))]
