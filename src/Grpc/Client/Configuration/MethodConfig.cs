namespace Grpc.Net.Client.Configuration;

/// <summary>What holds for some methods.</summary>
public sealed class MethodConfig
{
    /// <summary>A configuration for no method yet.</summary>
    public MethodConfig()
    {
    }

    /// <summary>The methods; a name stands in one configuration only.</summary>
    public IList<MethodName> Names { get; } = [];

    /// <summary>How calls that failed are tried again; null for not at all.</summary>
    public RetryPolicy? RetryPolicy { get; set; }
}

/// <summary>Names one method, all methods of a service, or all.</summary>
public sealed class MethodName
{
    /// <summary>Every method of every service.</summary>
    public static readonly MethodName Default = new();

    /// <summary>Every method, until narrowed.</summary>
    public MethodName()
    {
    }

    /// <summary>Full name of the service, <c>package.Service</c>; null or empty for all services.</summary>
    public string? Service { get; set; }

    /// <summary>Name of the method; null or empty for all of the service. Needs <see cref="Service"/>.</summary>
    public string? Method { get; set; }
}
