using System.Globalization;
using System.Text.RegularExpressions;

namespace DataHub.EventStore.Postgres;

/// <summary>Where PostgreSQL's programs stand, and which major version they are.</summary>
/// <param name="Folder">Folder with <c>postgres</c>, <c>initdb</c> and <c>pg_ctl</c>.</param>
/// <param name="Major">Major version, for example 15.</param>
internal sealed partial record PostgresBinaries(string Folder, int Major)
{
    private const string Distribution = "/usr/lib/postgresql";

    public string Program(string name) => Path.Combine(Folder, name);

    /// <summary>Every installation found, best first: the named folder alone, or that on the PATH, then the distribution's from the newest down.</summary>
    public static async Task<IReadOnlyList<PostgresBinaries>> FindAsync(string? named, string? searchPath, CancellationToken cancellationToken)
    {
        var found = new List<PostgresBinaries>();
        var folders = named is null ? OnPath(searchPath).Concat(OfDistribution()) : [named];
        foreach (var folder in folders.Distinct(StringComparer.Ordinal).Where(IsComplete))
        {
            if (await MajorOfAsync(folder, cancellationToken) is { } major)
            {
                found.Add(new PostgresBinaries(folder, major));
            }
        }

        return found;
    }

    private static IEnumerable<string> OnPath(string? searchPath) =>
        (searchPath ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, "postgres"))
            .Where(File.Exists)
            .Select(RealFolder);

    // A link on the PATH points into the folder that also holds initdb and pg_ctl.
    private static string RealFolder(string program) =>
        Path.GetDirectoryName(File.ResolveLinkTarget(program, returnFinalTarget: true)?.FullName ?? program)!;

    private static IEnumerable<string> OfDistribution() =>
        !Directory.Exists(Distribution)
            ? []
            : Directory.GetDirectories(Distribution)
                .OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var major) ? major : 0)
                .Select(folder => Path.Combine(folder, "bin"));

    private static bool IsComplete(string folder) =>
        Array.TrueForAll((string[])["postgres", "initdb", "pg_ctl"], name => File.Exists(Path.Combine(folder, name)));

    private static async Task<int?> MajorOfAsync(string folder, CancellationToken cancellationToken)
    {
        var (_, output) = await OsCommand.RunAsync(asPostgres: false, [Path.Combine(folder, "postgres"), "--version"], cancellationToken);
        var match = VersionPattern().Match(output);
        return match.Success ? int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : null;
    }

    [GeneratedRegex(@"\(PostgreSQL\) ([0-9]+)", RegexOptions.CultureInvariant)]
    private static partial Regex VersionPattern();
}
