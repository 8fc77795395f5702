using System.ComponentModel.DataAnnotations;

namespace DataHub.Host.Quotas;

/// <summary>How much each organisation may call, and how calls are served when there are too many at once: section <c>Quotas</c>. For each node by itself.</summary>
internal sealed class QuotaOptions : IValidatableObject
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Quotas";

    /// <summary>Questions and licences shown; default 500 a second, 1,000 at once.</summary>
    public Rate Verify { get; set; } = new(500, 1_000);

    /// <summary>Pushes opened and licences minted; default 100 a second, 200 at once. The chunks of a push are not counted: they take turns.</summary>
    public Rate Push { get; set; } = new(100, 200);

    /// <summary>Searches and reports; default 50 a second, 100 at once.</summary>
    public Rate Search { get; set; } = new(50, 100);

    /// <summary>Everything else; default 50 a second, 200 at once: front-end processors send heartbeats and keep heads.</summary>
    public Rate Administer { get; set; } = new(50, 200);

    /// <summary>Calls in service at once on this node; the rest waits in turn. 1 to 10,000, default 256.</summary>
    [Range(1, 10_000)]
    public int MaxInService { get; set; } = 256;

    /// <summary>Calls of one organisation and sort that may wait; whoever comes on top is refused with <c>TOO_BUSY</c>. 1 to 10,000, default 200.</summary>
    [Range(1, 10_000)]
    public int MaxWaitingEach { get; set; } = 200;

    /// <summary>Calls of all that may wait; 1 to 100,000, default 10,000.</summary>
    [Range(1, 100_000)]
    public int MaxWaiting { get; set; } = 10_000;

    /// <summary>How many waiting calls in a row an organisation (unified social credit code) gets served before the next one's; 1 to 100, 1 for those not named.</summary>
    public Dictionary<string, int> Weights { get; set; } = [];

    /// <summary>The rate of a sort of calls.</summary>
    /// <param name="callClass">The sort.</param>
    public Rate RateOf(CallClass callClass) => callClass switch
    {
        CallClass.Verify => Verify,
        CallClass.Push => Push,
        CallClass.Search => Search,
        _ => Administer,
    };

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var callClass in Enum.GetValues<CallClass>())
        {
            if (RateOf(callClass) is not { PerSecond: > 0 and <= 1_000_000, Burst: >= 1 and <= 1_000_000 })
            {
                yield return new ValidationResult($"{Section}:{callClass} must have PerSecond above 0 and Burst of 1 or more, both 1,000,000 at most.");
            }
        }

        foreach (var (organisation, weight) in Weights)
        {
            if (weight is < 1 or > 100)
            {
                yield return new ValidationResult($"{Section}:Weights:{organisation} must be 1 to 100.");
            }
        }
    }
}

/// <summary>How often something may be done.</summary>
internal sealed class Rate
{
    /// <summary>A rate, to be set.</summary>
    public Rate()
    {
    }

    /// <summary>A rate.</summary>
    /// <param name="perSecond">How often in the long run.</param>
    /// <param name="burst">How often at once.</param>
    public Rate(double perSecond, double burst) => (PerSecond, Burst) = (perSecond, burst);

    /// <summary>How often in the long run.</summary>
    public double PerSecond { get; set; } = 1;

    /// <summary>How often at once, after a pause.</summary>
    public double Burst { get; set; } = 1;
}
