using Bogus;
using DataHub.Town.Files;

namespace DataHub.Town.Faults;

/// <summary>Which rows of a file carry which fault. Made once, then the rows come out with it.</summary>
internal sealed class FaultPlan
{
    private const double FaultyShare = 0.015;

    private readonly Dictionary<int, FaultRule> faults = [];

    // Position in the file → the good row that is repeated after it.
    private readonly Dictionary<int, int> repeats = [];

    /// <summary>Second rows; they come on top of the records.</summary>
    public int Duplicates => repeats.Count;

    public int Rejected => faults.Values.Count(f => f.Outcome == TownFaultOutcome.Rejected);

    /// <summary>Spreads each rule of the table over rows it fits, the same number for each; fewer where fewer fit.</summary>
    /// <param name="table">The file.</param>
    /// <param name="spared">Identifiers whose rows stay good.</param>
    /// <param name="random">Chooses the rows.</param>
    public static FaultPlan For<T>(TownTable<T> table, IReadOnlySet<string> spared, Randomizer random)
    {
        var plan = new FaultPlan();
        var each = Math.Max(1, (int)Math.Round(table.Items.Count * FaultyShare / table.Faults.Count));
        var open = table.Faults.Select(rule => (Rule: rule, Left: each)).ToList();
        foreach (var index in random.Shuffle(Enumerable.Range(0, table.Items.Count)).Where(i => !table.Mentions(table.Items[i]).Any(spared.Contains)))
        {
            var row = table.Row(index);
            var at = open.FindIndex(o => o.Rule.Fits(row));
            if (at >= 0)
            {
                plan.Put(index, open[at].Rule, table.Items.Count);
                open[at] = open[at] with { Left = open[at].Left - 1 };
                open.RemoveAll(o => o.Left == 0);
            }

            if (open.Count == 0)
            {
                break;
            }
        }

        return plan;
    }

    /// <summary>Every row in the order of the file, faults applied.</summary>
    public IEnumerable<Row> Rows<T>(TownTable<T> table)
    {
        for (var index = 0; index < table.Items.Count; index++)
        {
            var row = table.Row(index);
            if (faults.TryGetValue(index, out var fault))
            {
                fault.Apply(row, index);
            }

            yield return row;
            if (repeats.TryGetValue(index, out var original))
            {
                yield return table.Row(original);
            }
        }
    }

    /// <summary>Rows by kind, in the order of the kinds.</summary>
    public IReadOnlyList<TownFault> Counts() =>
    [
        .. faults.Values.GroupBy(f => f.Kind).OrderBy(g => g.Key).Select(g => new TownFault(g.Key, g.First().Outcome, g.Count())),
    ];

    private void Put(int index, FaultRule rule, int items)
    {
        if (rule.Outcome != TownFaultOutcome.Duplicate)
        {
            faults.Add(index, rule);
        }
        else if (repeats.TryAdd(Duplicates % 2 == 0 ? index : (index + (items / 2)) % items, index))
        {
            faults.Add(index, rule);
        }
    }
}
