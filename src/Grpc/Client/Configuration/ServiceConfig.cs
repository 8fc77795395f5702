namespace Grpc.Net.Client.Configuration;

/// <summary>How a channel treats a service: retries by method, their throttling, and how calls are spread over servers. Read once, when the channel is made.</summary>
public sealed class ServiceConfig
{
    /// <summary>A configuration without retries and with calls sent to the first server that can be reached.</summary>
    public ServiceConfig()
    {
    }

    /// <summary>What holds for which methods. Of several that fit, the one naming the method counts before one naming the service, and that before <see cref="MethodName.Default"/>.</summary>
    public IList<MethodConfig> MethodConfigs { get; } = [];

    /// <summary>Ways to spread calls, the preferred first; the first known one is taken. None is <see cref="PickFirstConfig"/>.</summary>
    public IList<LoadBalancingConfig> LoadBalancingConfigs { get; } = [];

    /// <summary>When the channel stops retrying because too much fails; null for never.</summary>
    public RetryThrottlingPolicy? RetryThrottling { get; set; }
}
