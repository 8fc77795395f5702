namespace DataHub.Kernel.Resources;

/// <summary>How often a provider promises to update a resource 更新周期.</summary>
public enum UpdateCycle
{
    /// <summary>实时: within the hour.</summary>
    RealTime = 1,

    /// <summary>每日.</summary>
    Daily = 2,

    /// <summary>每周.</summary>
    Weekly = 3,

    /// <summary>每月.</summary>
    Monthly = 4,

    /// <summary>每季度.</summary>
    Quarterly = 5,

    /// <summary>每年.</summary>
    Yearly = 6,

    /// <summary>按需: never stale.</summary>
    OnDemand = 7,
}

/// <summary>What an update cycle means in time.</summary>
public static class UpdateCycles
{
    /// <summary>
    /// Age after which data of a cycle are stale: the longest the cycle can be and half of it again for the delivery;
    /// <see cref="TimeSpan.MaxValue"/> for <see cref="UpdateCycle.OnDemand"/>.
    /// </summary>
    /// <param name="cycle">The declared cycle.</param>
    public static TimeSpan StaleAfter(this UpdateCycle cycle) => cycle switch
    {
        UpdateCycle.RealTime => TimeSpan.FromMinutes(90),
        UpdateCycle.Daily => TimeSpan.FromHours(36),
        UpdateCycle.Weekly => TimeSpan.FromDays(10.5),
        UpdateCycle.Monthly => TimeSpan.FromDays(46.5),
        UpdateCycle.Quarterly => TimeSpan.FromDays(138),
        UpdateCycle.Yearly => TimeSpan.FromDays(549),
        UpdateCycle.OnDemand => TimeSpan.MaxValue,
        _ => throw new ArgumentOutOfRangeException(nameof(cycle), cycle, "Not an update cycle."),
    };
}
