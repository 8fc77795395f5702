namespace Grpc.Net.Client.Configuration;

/// <summary>A way to spread calls over servers.</summary>
public class LoadBalancingConfig
{
    /// <summary>All calls go to the first server that can be reached.</summary>
    public const string PickFirstPolicyName = "pick_first";

    /// <summary>Calls go to all reachable servers in turn.</summary>
    public const string RoundRobinPolicyName = "round_robin";

    /// <summary>A way by name; an unknown one is passed over.</summary>
    /// <param name="loadBalancingPolicyName">Name of the way.</param>
    public LoadBalancingConfig(string loadBalancingPolicyName)
    {
        ArgumentNullException.ThrowIfNull(loadBalancingPolicyName);
        PolicyName = loadBalancingPolicyName;
    }

    /// <summary>Name of the way.</summary>
    public string PolicyName { get; }
}

/// <summary>All calls go to the first server that can be reached, in the order of the addresses.</summary>
public sealed class PickFirstConfig : LoadBalancingConfig
{
    /// <summary>The first reachable server.</summary>
    public PickFirstConfig()
        : base(PickFirstPolicyName)
    {
    }
}

/// <summary>Calls go to all reachable servers in turn.</summary>
public sealed class RoundRobinConfig : LoadBalancingConfig
{
    /// <summary>All servers in turn.</summary>
    public RoundRobinConfig()
        : base(RoundRobinPolicyName)
    {
    }
}
