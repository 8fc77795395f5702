namespace DataHub.Drills.Hostile;

/// <summary>Limits of time that the hub keeps during the drill: its own, or short ones so that a small run takes seconds.</summary>
/// <param name="Unary">A unary call without deadline.</param>
/// <param name="LongestUnary">A unary call with one.</param>
/// <param name="Idle">A stream at rest.</param>
/// <param name="Progress">A message under way.</param>
/// <param name="Anonymous">A connection without a certificate.</param>
internal sealed record HostileTimes(TimeSpan Unary, TimeSpan LongestUnary, TimeSpan Idle, TimeSpan Progress, TimeSpan Anonymous)
{
    private static readonly HostileTimes Own = new(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30));
    private static readonly HostileTimes Short = new(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(15));

    /// <summary>Variables of the hub's environment.</summary>
    public IEnumerable<(string Name, string Value)> Settings =>
    [
        ("Grpc__Limits__UnaryDeadline", Unary.ToString("c")), ("Grpc__Limits__LongestUnaryDeadline", LongestUnary.ToString("c")),
        ("Grpc__Limits__StreamIdle", Idle.ToString("c")), ("Grpc__Limits__StreamProgress", Progress.ToString("c")),
        ("Hub__Connections__AnonymousLifetime", Anonymous.ToString("c")),
    ];

    public static HostileTimes Of(double scale) => scale < 1 ? Short : Own;
}
