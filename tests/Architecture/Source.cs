using System.Reflection;
using System.Xml.Linq;

namespace DataHub.Architecture.Tests;

/// <summary>The sources this test was built from, and the assemblies beside it.</summary>
internal static class Source
{
    // Deterministic builds hide where the sources were, so the solution is looked for above the test assembly.
    public static string Root { get; } = FindRoot(new DirectoryInfo(AppContext.BaseDirectory));

    /// <summary>Names of the rooms, one folder each.</summary>
    public static IReadOnlyList<string> Rooms { get; } = [.. Directory.GetDirectories(Path.Combine(Root, "src")).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];

    public static XElement Project(string room) => XElement.Load(Path.Combine(Root, "src", room, $"DataHub.{room}.csproj"));

    public static Assembly Assembly(string room) => System.Reflection.Assembly.Load($"DataHub.{room}");

    /// <summary>Files under src that somebody wrote, by extension.</summary>
    public static IEnumerable<string> Files(string extension) =>
        Directory.EnumerateFiles(Path.Combine(Root, "src"), $"*.{extension}", SearchOption.AllDirectories)
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"));

    private static string FindRoot(DirectoryInfo? folder) => folder switch
    {
        null => throw new InvalidOperationException("DataHub.sln is in no folder above the test assembly."),
        _ when File.Exists(Path.Combine(folder.FullName, "DataHub.sln")) => folder.FullName,
        _ => FindRoot(folder.Parent),
    };
}
