using System.Globalization;

namespace DataHub.Bench.Measuring;

/// <summary>CPU time of a process and of everything it started, as Linux counts it (proc(5)): user and system, in steps of 10 ms.</summary>
public static class CpuClock
{
    // sysconf(_SC_CLK_TCK) is 100 on every Linux .NET runs on.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    /// <summary>CPU time used so far by a process, its living descendants, and those of its children that it has waited for.</summary>
    /// <param name="processId">The process.</param>
    public static TimeSpan Of(int processId)
    {
        var all = Directory.EnumerateDirectories("/proc").Select(Stat.Read).OfType<Stat>().ToDictionary(stat => stat.ProcessId);
        return Tick * all.Values.Where(stat => Descends(stat, processId, all)).Sum(stat => stat.Ticks);
    }

    private static bool Descends(Stat? stat, int ancestor, Dictionary<int, Stat> all)
    {
        while (stat is not null && stat.ProcessId != ancestor)
        {
            stat = all.GetValueOrDefault(stat.ParentId);
        }

        return stat is not null;
    }

    private sealed record Stat(int ProcessId, int ParentId, long Ticks)
    {
        public static Stat? Read(string folder)
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var processId))
            {
                return null;
            }

            try
            {
                // The name in brackets may hold anything; the fields after it don't.
                var text = File.ReadAllText(Path.Combine(folder, "stat"));
                var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
                return new Stat(processId, int.Parse(fields[1], CultureInfo.InvariantCulture), fields[11..15].Sum(field => long.Parse(field, CultureInfo.InvariantCulture)));
            }
            catch (IOException)
            {
                return null; // It has ended since the listing.
            }
        }
    }
}
