using DataHub.Catalog.Tests;
using DataHub.TestKit;

[assembly: AssemblyFixture(typeof(CatalogFixture))]

namespace DataHub.Catalog.Tests;

/// <summary>The one server of the run, with the schema of the catalog.</summary>
public sealed class CatalogFixture() : PostgresFixture(CatalogModule.Migrations);
