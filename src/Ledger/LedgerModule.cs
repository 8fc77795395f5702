using DataHub.EventStore;
using DataHub.EventStore.Migrations;
using DataHub.EventStore.Postgres;
using DataHub.Kernel;
using DataHub.Ledger.Export;
using DataHub.Ledger.Search;
using DataHub.Ledger.Sequencing;
using DataHub.Ledger.Storage;
using DataHub.Ledger.Writing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DataHub.Ledger;

/// <summary>The door of the ledger: what was done, by whom, in a form nobody can change unseen. Needs an event store and <see cref="LedgerSigners"/>.</summary>
public static class LedgerModule
{
    /// <summary>The ledger's own schema changes.</summary>
    public static MigrationSet Migrations { get; } = new("Ledger", typeof(LedgerModule).Assembly, "DataHub.Ledger.Storage.");

    /// <summary>Registers the room: <see cref="LedgerWriter"/> for acts, a leaf in every append of events, <see cref="LedgerSearch"/> and <see cref="LedgerProofs"/>.</summary>
    /// <param name="services">The hub's services.</param>
    public static IServiceCollection AddLedger(this IServiceCollection services)
    {
        services.AddOptions<LedgerOptions>().ValidateDataAnnotations().ValidateOnStart();
        return services.AddWriting().AddSequencing().AddReading();
    }

    private static IServiceCollection AddWriting(this IServiceCollection services) => services
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
        .AddSingleton<ReplyRetention>().AddHostedService(provider => provider.GetRequiredService<ReplyRetention>())
        .AddSingleton<ITransactionParticipant, EventLeaves>();

    private static IServiceCollection AddSequencing(this IServiceCollection services) => services
        .AddSingleton(provider => provider.GetRequiredService<IOptions<LedgerOptions>>().Value)
        .AddSingleton<HeadMemory>()
        .AddSingleton<Sequencer>()
        .AddHostedService<ClockWatch>()
        .AddHostedService<SequencerService>();

    private static IServiceCollection AddReading(this IServiceCollection services) => services
        .AddSingleton<CaseSearch>()
        .AddSingleton(provider => new LedgerSearch(provider.GetRequiredService<PostgresDataSources>()))
        .AddSingleton(provider => new LedgerProofs(provider.GetRequiredService<PostgresDataSources>()))
        .AddSingleton(provider => new LedgerExporter(provider.GetRequiredService<PostgresDataSources>(), provider.GetRequiredService<HubName>()));
}
