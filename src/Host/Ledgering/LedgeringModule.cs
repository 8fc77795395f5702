using DataHub.Host.Keys;
using DataHub.Ledger;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace DataHub.Host.Ledgering;

/// <summary>The ledger in a running hub: every call recorded, and the audit service. Needs the event store, the register of accounts and <see cref="HubKeys"/>.</summary>
internal static class LedgeringModule
{
    /// <summary>Registers the ledger and what records calls in it; settings stand under <c>Ledger</c> and <c>Ledger:Trace</c>.</summary>
    /// <param name="services">The hub's services.</param>
    /// <param name="configuration">The hub's configuration.</param>
    /// <param name="folder">The data folder, which keeps the last head this node saw.</param>
    public static IServiceCollection AddLedgering(this IServiceCollection services, IConfiguration configuration, HubFolder folder)
    {
        services.AddSingleton(provider => SignersOf(provider.GetRequiredService<HubKeys>()));
        services.AddLedger();
        services.Configure<LedgerOptions>(configuration.GetSection("Ledger")).Configure<LedgerOptions>(options => options.HeadFile ??= folder.LedgerHead);
        services.AddOptions<TraceOptions>().Bind(configuration.GetSection("Ledger:Trace")).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<StrangerBudget>().AddHostedService<StrangerReport>();
        services.AddSingleton<CallRecorder>().AddSingleton<CitizenTrace>().AddSingleton<ExportStream>();
        return services;
    }

    /// <summary>Maps the audit service.</summary>
    /// <param name="routes">The hub's routes.</param>
    public static IEndpointRouteBuilder MapAudit(this IEndpointRouteBuilder routes)
    {
        routes.MapGrpcService<AuditRpc>();
        return routes;
    }

    /// <summary>The signers of a hub.</summary>
    internal static LedgerSigners SignersOf(HubKeys keys) => new(() => keys.LedgerSigner, () => keys.ReceiptSigner);
}
