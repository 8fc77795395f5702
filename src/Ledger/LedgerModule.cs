using DataHub.EventStore;
using DataHub.EventStore.Migrations;
using DataHub.Ledger.Search;
using DataHub.Ledger.Storage;
using DataHub.Ledger.Writing;
using Microsoft.Extensions.DependencyInjection;

namespace DataHub.Ledger;

/// <summary>The door of the ledger: what was done, by whom, in a form nobody can change unseen. Needs an event store and <see cref="LedgerSigners"/>.</summary>
public static class LedgerModule
{
    /// <summary>The ledger's own schema changes.</summary>
    public static MigrationSet Migrations { get; } = new("Ledger", typeof(LedgerModule).Assembly, "DataHub.Ledger.Storage.");

    /// <summary>Registers the room: <see cref="LedgerWriter"/> for acts, and a leaf in every append of events.</summary>
    /// <param name="services">The hub's services.</param>
    public static IServiceCollection AddLedger(this IServiceCollection services) => services
        .AddMigrations(Migrations)
        .AddSingleton<LeafIds>()
        .AddSingleton<Partitions>()
        .AddSingleton<LedgerGate>()
        .AddSingleton<LedgerBell>()
        .AddSingleton<DayKeys>()
        .AddSingleton<Replies>()
        .AddSingleton<FlushWriter>()
        .AddSingleton(provider => new LedgerWriter(
            provider.GetRequiredService<FlushWriter>(),
            provider.GetRequiredService<LeafIds>(),
            provider.GetRequiredService<Partitions>(),
            provider.GetRequiredService<Replies>(),
            provider.GetRequiredService<LedgerSigners>(),
            provider.GetRequiredService<LedgerGate>(),
            provider.GetRequiredService<LedgerBell>(),
            provider.GetRequiredService<TimeProvider>()))
        .AddSingleton<CaseSearch>()
        .AddSingleton<ITransactionParticipant, EventLeaves>();
}
