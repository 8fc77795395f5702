namespace DataHub.Acceptance.Tests.Support;

/// <summary>Processes that work on a folder, as the system sees them.</summary>
internal static class Servers
{
    /// <summary>Command lines that name something under a folder; of the children of a PostgreSQL only the first process does.</summary>
    public static IReadOnlyList<string> On(string folder) =>
        [.. Directory.GetDirectories("/proc").Where(process => int.TryParse(Path.GetFileName(process), out _)).Select(CommandOf).Where(command => command.Contains(folder, StringComparison.Ordinal))];

    private static string CommandOf(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline")).Replace('\0', ' ');
        }
        catch (IOException)
        {
            return ""; // It ended while we looked.
        }
    }
}
