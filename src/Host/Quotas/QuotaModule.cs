using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DataHub.Host.Quotas;

/// <summary>The door of the quotas.</summary>
internal static class QuotaModule
{
    /// <summary>Registers quotas and the fair gate; <see cref="QuotaControl"/> goes among the interceptors, after access control.</summary>
    /// <param name="services">The hub's services.</param>
    public static IServiceCollection AddQuotas(this IServiceCollection services)
    {
        services.AddOptions<QuotaOptions>().BindConfiguration(QuotaOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        return services
            .AddSingleton(provider => new OrganisationQuotas(provider.GetRequiredService<IOptions<QuotaOptions>>().Value, provider.GetRequiredService<TimeProvider>()))
            .AddSingleton(provider => new FairGate(provider.GetRequiredService<IOptions<QuotaOptions>>().Value));
    }
}
