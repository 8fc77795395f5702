namespace DataHub.FrontEnd.Pushing;

/// <summary>How patient a push is with a hub that is away or a stream that breaks.</summary>
public sealed record PushOptions
{
    /// <summary>Time without a newly acknowledged chunk after which the push is given up; above zero. 15 minutes.</summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Delay before a broken stream is opened again for the first time; above zero. Half a second; doubles with each failure in a row.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest delay, at least <see cref="FirstDelay"/>. 30 seconds.</summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(30);
}
