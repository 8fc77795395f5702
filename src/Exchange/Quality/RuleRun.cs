using System.Runtime.InteropServices;
using DataHub.Exchange.Records;

namespace DataHub.Exchange.Quality;

/// <summary>Runs rules over the rows of one chunk and counts, per rule and field, how many values were checked and how many failed.</summary>
internal sealed class RuleRun(DateOnly today)
{
    private readonly Dictionary<Finding, (long Checked, long Failed)> _counts = [];

    /// <summary>Today in Asia/Shanghai.</summary>
    public DateOnly Today { get; } = today;

    /// <summary>Checked and failed values per rule and field; a list's members count under the list's name without index.</summary>
    public IReadOnlyDictionary<Finding, (long Checked, long Failed)> Counts => _counts;

    /// <summary>Counts a check and notes the finding when it failed.</summary>
    /// <returns><paramref name="holds"/>.</returns>
    public bool Check(RecordDraft draft, string rule, string path, bool holds)
    {
        ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(_counts, new Finding(rule, WithoutIndex(path)), out _);
        count.Checked++;
        if (!holds)
        {
            count.Failed++;
            (RuleBook.Current[rule].Rejects ? draft.Rejections : draft.Warnings).Add(new Finding(rule, path));
        }

        return holds;
    }

    private static string WithoutIndex(string path)
    {
        var open = path.IndexOf('[', StringComparison.Ordinal);
        return open < 0 ? path : string.Concat(path.AsSpan(0, open), "[]", path.AsSpan(path.IndexOf(']', StringComparison.Ordinal) + 1));
    }
}
