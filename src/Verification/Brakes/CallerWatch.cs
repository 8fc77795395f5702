using DataHub.Kernel.Alerts;
using DataHub.Verification.Asking;

namespace DataHub.Verification.Brakes;

/// <summary>
/// What each caller's questions look like taken together: the share of negative answers, many subjects of one neighbourhood, many that nobody knows. In memory, on this node only, and begun
/// anew with each window; each alert is raised once a window. No clock, no database; used by one thread.
/// </summary>
internal sealed class CallerWatch(BrakeOptions options)
{
    // For each caller; whoever asks about more in a window than this is followed from nothing again.
    private const int MaxSubjects = 10_000;

    private readonly Dictionary<string, Window> _windows = new(StringComparer.Ordinal);

    /// <summary>A question was asked, whatever came of it.</summary>
    /// <param name="account">Who asked.</param>
    /// <param name="subject">About whom.</param>
    /// <param name="now">When.</param>
    /// <returns>The alert it raises, or null.</returns>
    public Alert? Asked(string account, AskedSubject subject, DateTimeOffset now)
    {
        if (subject.Neighbourhood is not { } neighbourhood)
        {
            return null;
        }

        var window = WindowOf(account, now);
        if (window.Subjects >= MaxSubjects)
        {
            window.Neighbourhoods.Clear();
            window.Subjects = 0;
        }

        if (!window.Neighbourhoods.TryGetValue(neighbourhood, out var neighbours))
        {
            window.Neighbourhoods[neighbourhood] = neighbours = new HashSet<string>(StringComparer.Ordinal);
        }

        window.Subjects += neighbours.Add(subject.Pseudonym) ? 1 : 0;
        return neighbours.Count >= options.NeighbourLimit ? Enumeration(window, account, "Many ids of one division and date of birth were asked about.") : null;
    }

    /// <summary>A question was answered.</summary>
    /// <param name="account">Who asked.</param>
    /// <param name="isNegative">An answer in it was negative.</param>
    /// <param name="isAbsent">An answer in it was that there is no record.</param>
    /// <param name="now">When.</param>
    /// <returns>The alerts it raises.</returns>
    public IEnumerable<Alert> Answered(string account, bool isNegative, bool isAbsent, DateTimeOffset now)
    {
        var window = WindowOf(account, now);
        window.Answers++;
        window.Negative += isNegative ? 1 : 0;
        window.Absent += isAbsent ? 1 : 0;
        if (window.Absent >= options.AbsentLimit && window.Absent * 2 > window.Answers && Enumeration(window, account, "Most subjects asked about have no record.") is { } enumeration)
        {
            yield return enumeration;
        }

        if (!window.RatioTold && window.Answers >= options.RatioMinimum && window.Negative > options.RatioLimit * window.Answers)
        {
            window.RatioTold = true;
            yield return new Alert("MISMATCH_RATIO", AlertLevel.Warning, account, FormattableString.Invariant($"{window.Negative} of {window.Answers} answers were negative."));
        }
    }

    private static Alert? Enumeration(Window window, string account, string detail)
    {
        if (window.EnumerationTold)
        {
            return null;
        }

        window.EnumerationTold = true;
        return new Alert("ENUMERATION", AlertLevel.Warning, account, detail);
    }

    private Window WindowOf(string account, DateTimeOffset now)
    {
        if (!_windows.TryGetValue(account, out var window) || now - window.Start >= options.WatchWindow)
        {
            _windows[account] = window = new Window(now);
        }

        return window;
    }

    private sealed class Window(DateTimeOffset start)
    {
        public DateTimeOffset Start => start;

        public Dictionary<string, HashSet<string>> Neighbourhoods { get; } = new(StringComparer.Ordinal);

        public int Subjects { get; set; }

        public long Answers { get; set; }

        public long Negative { get; set; }

        public long Absent { get; set; }

        public bool EnumerationTold { get; set; }

        public bool RatioTold { get; set; }
    }
}
