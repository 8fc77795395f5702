using DataHub.Crypto.Sealing;
using DataHub.EventStore.Migrations;
using DataHub.EventStore.Postgres;
using DataHub.EventStore.Projections;
using DataHub.EventStore.Sealing;
using DataHub.EventStore.Signals;
using DataHub.EventStore.Streams;
using DataHub.Kernel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace DataHub.EventStore;

/// <summary>The door of the event store.</summary>
public static class EventStoreModule
{
    /// <summary>The event store's own schema changes.</summary>
    public static MigrationSet Migrations { get; } = new("EventStore", typeof(EventStoreModule).Assembly, "DataHub.EventStore.Schema.");

    /// <summary>
    /// Streams of events in PostgreSQL: <see cref="IEventStore"/>, <see cref="SubjectKeys"/> (needs a <see cref="KeyRing"/>), <see cref="Erasures"/> (needs a <see cref="HubName"/>),
    /// <see cref="PostgresDataSources"/>, <see cref="Migrator"/>, <see cref="ProjectionAdmin"/>. Nothing connects before first use or the start of the host, which
    /// feeds the projections; run <see cref="Migrator.ApplyAsync"/>, <see cref="SubjectKeys.CheckRingAsync"/> and <see cref="Erasures.ReapplyAsync"/> before.
    /// </summary>
    /// <param name="services">The container.</param>
    /// <param name="endpoint">Where the database is: that of an <see cref="EmbeddedPostgres"/>, or <see cref="PostgresEndpoint.Configured"/>.</param>
    public static IServiceCollection AddEventStore(this IServiceCollection services, PostgresEndpoint endpoint)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddLogging();
        return services
            .AddSignals()
            .AddProjections()
            .AddSingleton(_ => new PostgresDataSources(endpoint))
            .AddSingleton(Migrations)
            .AddSingleton<Migrator>()
            .AddSingleton<EventTypes>()
            .AddSingleton<AppendContext>()
            .AddSealing()
            .AddSingleton<IEventStore, PostgresEventStore>();
    }

    /// <summary>Registers an asynchronous projection.</summary>
    /// <typeparam name="TProjection">The projection, made once.</typeparam>
    /// <param name="services">The container.</param>
    public static IServiceCollection AddProjection<TProjection>(this IServiceCollection services)
        where TProjection : class, IProjection => services.AddSingleton<IProjection, TProjection>();

    /// <summary>Registers the schema changes of a module; modules are applied in the order registered.</summary>
    /// <param name="services">The container.</param>
    /// <param name="migrations">The module's changes.</param>
    public static IServiceCollection AddMigrations(this IServiceCollection services, MigrationSet migrations) => services.AddSingleton(migrations);

    /// <summary>Registers an event type, or all concrete types derived from it in its assembly.</summary>
    /// <typeparam name="TEvent">A concrete event, or the base of a family of events.</typeparam>
    /// <param name="services">The container.</param>
    public static IServiceCollection AddEvents<TEvent>(this IServiceCollection services) => services.AddSingleton(EventTypeSet.DerivedFrom(typeof(TEvent)));

    private static IServiceCollection AddSealing(this IServiceCollection services) => services
        .AddEvents<SubjectsErased>()
        .AddSingleton<OpenedKeys>()
        .AddSingleton(provider => new SubjectKeys(
            provider.GetRequiredService<KeyRing>(),
            provider.GetRequiredService<OpenedKeys>(),
            provider.GetRequiredService<PostgresDataSources>(),
            provider.GetRequiredService<TimeProvider>()))
        .AddSingleton<KeyRotation>()
        .AddSingleton<ErasureJournal>()
        .AddSingleton(provider => new Erasures(
            provider.GetRequiredService<HubName>(),
            provider.GetRequiredService<IEventStore>(),
            provider.GetRequiredService<SubjectKeys>(),
            provider.GetRequiredService<ErasureJournal>(),
            provider.GetRequiredService<TimeProvider>()))
        .AddSingleton(provider => new KeyBackup(
            provider.GetRequiredService<KeyRing>(),
            provider.GetRequiredService<PostgresDataSources>(),
            provider.GetRequiredService<Erasures>(),
            provider.GetRequiredService<TimeProvider>()))
        .AddHostedService<KeyKeeper>();

    private static IServiceCollection AddSignals(this IServiceCollection services) => services
        .AddSingleton<Wakeup>()
        .AddSingleton<ErasureBell>()
        .AddSingleton<AppendNotifier>()
        .AddHostedService(provider => provider.GetRequiredService<AppendNotifier>())
        .AddHostedService<DatabaseListener>();

    private static IServiceCollection AddProjections(this IServiceCollection services) => services
        .AddSingleton(provider => new EventPages(new EventReader(provider.GetRequiredService<PostgresDataSources>().Hub, provider.GetRequiredService<EventTypes>())))
        .AddSingleton<IReadOnlyList<Feed>>(provider =>
            [.. provider.GetServices<IProjection>().Select(projection => ActivatorUtilities.CreateInstance<Feed>(provider, projection))])
        .AddSingleton<Leadership>()
        .AddSingleton<HighWaterMark>()
        .AddSingleton(provider => new ProjectionAdmin(provider.GetRequiredService<PostgresDataSources>(), provider.GetRequiredService<IReadOnlyList<Feed>>()))
        .AddHostedService<ProjectionDaemon>();
}
