using DataHub.EventStore;
using DataHub.EventStore.Migrations;
using DataHub.EventStore.Postgres;
using DataHub.EventStore.Sealing;
using DataHub.Exchange.Adapters;
using DataHub.Exchange.Intake;
using DataHub.Exchange.Quality;
using DataHub.Exchange.Quarantine;
using DataHub.Exchange.Records;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace DataHub.Exchange;

/// <summary>The exchange: records in, quality counted, records read. Needs an event store, a key ring and an <see cref="Kernel.Resources.IResourceDirectory"/>.</summary>
public static class ExchangeModule
{
    /// <summary>Registers the room.</summary>
    /// <param name="services">The hub's services.</param>
    public static IServiceCollection AddExchange(this IServiceCollection services)
    {
        services.AddMigrations(new MigrationSet("Exchange", typeof(ExchangeModule).Assembly, "DataHub.Exchange.Storage."));
        services.AddEvents<RecordAsserted>();
        services.AddGrpc().AddServiceOptions<PushRpc>(options => options.MaxReceiveMessageSize = PushLimit.MaxMessageBytes);
        services.AddSingleton<IRecordAdapter, PopulationAdapter>();
        services.AddSingleton<IRecordAdapter, LegalEntityAdapter>();
        services.AddSingleton<IRecordAdapter, RealPropertyAdapter>();
        services.AddSingleton<IRecordAdapter, ParticipationAdapter>();
        services.AddSingleton<ITransactionParticipant, RecordProjection>();
        services.AddSingleton<ITransactionParticipant, ErasedSubjects>();
        services.AddSingleton<ChunkLog>();
        services.AddSingleton<QuarantineStore>();
        services.AddSingleton<BatchRegister>();
        services.AddSingleton<ChunkIntake>();
        services.AddSingleton<QualityReports>();
        services.AddSingleton(provider => new RecordQueries(provider.GetRequiredService<PostgresDataSources>(), provider.GetRequiredService<SubjectKeys>()));
        return services;
    }

    /// <summary>Maps the room's services.</summary>
    /// <param name="routes">The hub's routes.</param>
    public static IEndpointRouteBuilder MapExchange(this IEndpointRouteBuilder routes)
    {
        routes.MapGrpcService<PushRpc>();
        routes.MapGrpcService<StewardshipRpc>();
        return routes;
    }
}
