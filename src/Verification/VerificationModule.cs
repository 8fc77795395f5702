using DataHub.EventStore;
using DataHub.EventStore.Migrations;
using DataHub.Verification.Answering;
using DataHub.Verification.Asking;
using DataHub.Verification.Brakes;
using DataHub.Verification.Cases;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace DataHub.Verification;

/// <summary>
/// Verification: answers claims about subjects. Needs an <see cref="IRecordReader"/>, an <see cref="Kernel.Resources.IResourceDirectory"/>, an <see cref="Kernel.Access.IGrantBook"/>,
/// <see cref="Kernel.Alerts.IAlerts"/>, an event store and the ledger.
/// </summary>
public static class VerificationModule
{
    /// <summary>The room's schema changes.</summary>
    public static MigrationSet Migrations { get; } = new("Verification", typeof(VerificationModule).Assembly, "DataHub.Verification.Storage.");

    /// <summary>Registers the room.</summary>
    /// <param name="services">The hub's services.</param>
    public static IServiceCollection AddVerification(this IServiceCollection services)
    {
        services.AddMigrations(Migrations);
        services.AddOptions<BrakeOptions>().BindConfiguration("Verification:Brakes").ValidateDataAnnotations().ValidateOnStart();
        return services
            .AddSingleton<QuestionReader>()
            .AddSingleton<AnswerLedger>()
            .AddSingleton<MismatchBudget>()
            .AddSingleton<QuestionWatch>()
            .AddHostedService(provider => provider.GetRequiredService<QuestionWatch>())
            .AddHostedService<BrakeKeeper>()
            .AddSingleton<HoneyRegister>()
            .AddSingleton<ReconciliationTable>()
            .AddSingleton<CaseReconciler>()
            .AddSingleton<VerificationDesk>();
    }

    /// <summary>Maps the room's services.</summary>
    /// <param name="routes">The hub's routes.</param>
    public static IEndpointRouteBuilder MapVerification(this IEndpointRouteBuilder routes)
    {
        routes.MapGrpcService<VerificationRpc>();
        routes.MapGrpcService<BrakesRpc>();
        return routes;
    }
}
