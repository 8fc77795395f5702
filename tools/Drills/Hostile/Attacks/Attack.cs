namespace DataHub.Drills.Hostile.Attacks;

/// <summary>One row of the list of attacks (docs/security.md).</summary>
/// <param name="row">Its number there.</param>
/// <param name="name">What it is.</param>
internal abstract class Attack(string row, string name)
{
    /// <summary>All rows.</summary>
    public static IReadOnlyList<Attack> All =>
    [
        new RapidReset(), new MadeYouReset(), new HeaderBombs(), new IdleFrames(), new DecompressionBombs(), new Amplification(), new Probing(),
        new LongDeadlines(), new SlowStreams(), new ConnectionFlood(), new HeldStreams(), new MutatedMessages(), new HeaderSets(),
    ];

    /// <summary>The attack of a row.</summary>
    public static Attack Of(string row) => All.Single(attack => attack.Row == row);

    public string Row => row;

    public string Name => name;

    /// <summary>MiB by which the hub's memory may grow while it lasts.</summary>
    public virtual int MostGrowth => 128;

    /// <summary>CPU that the hub may use once it is over beyond what it used before, of one core; null = not looked at.</summary>
    public virtual double? MostCpuAfter => null;

    /// <summary>Makes what costs the attackers much, before the clock runs.</summary>
    public virtual void Prepare(AttackField field)
    {
    }

    public abstract Task RunAsync(AttackField field);
}
