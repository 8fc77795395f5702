using Grpc.Net.Client.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Grpc.Net.Client.Balancer;

/// <summary>Reads from a channel's address and options which servers it has.</summary>
internal static class ServerSets
{
    public static bool IsHttp(Uri address) => address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp;

    /// <exception cref="ArgumentException">Nobody resolves the scheme, or the channel has no credentials that say whether it uses TLS.</exception>
    public static ServerSet Create(Uri address, GrpcChannel channel, bool connectsItself)
    {
        var options = channel.Options;
        if (IsHttp(address))
        {
            return new SingleServer(address, options, channel.Time, connectsItself, channel.Disposed);
        }

        var factories = (options.ServiceProvider?.GetServices<ResolverFactory>() ?? []).Append(new DnsResolverFactory(Timeout.InfiniteTimeSpan));
        var factory = factories.FirstOrDefault(factory => string.Equals(factory.Name, address.Scheme, StringComparison.OrdinalIgnoreCase))
            ?? throw new ArgumentException($"The address of a channel starts with https, http or the name of a resolver, not {address.Scheme}.", nameof(address));
        if (options.Credentials is null)
        {
            throw new ArgumentException($"The address {address} does not say whether TLS is used: the channel needs credentials.", nameof(channel));
        }

        var resolver = factory.Create(new ResolverOptions(address, channel.IsTls ? 443 : 80, options));
        var scheme = channel.IsTls ? Uri.UriSchemeHttps : Uri.UriSchemeHttp;
        return new BalancedServers(resolver, scheme, IsRoundRobin(options.ServiceConfig), options, channel.Time, connectsItself, channel.Disposed);
    }

    private static bool IsRoundRobin(ServiceConfig? config) =>
        config?.LoadBalancingConfigs.Select(balancing => balancing.PolicyName)
            .FirstOrDefault(name => name is LoadBalancingConfig.RoundRobinPolicyName or LoadBalancingConfig.PickFirstPolicyName) == LoadBalancingConfig.RoundRobinPolicyName;
}
