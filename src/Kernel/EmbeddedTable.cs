namespace DataHub.Kernel;

/// <summary>Reads the tables of this assembly: UTF-8, a row a line, cells divided by tabs, comments behind <c>#</c> at the start of a line.</summary>
internal static class EmbeddedTable
{
    /// <param name="name">Path of the file in the project, dots instead of slashes, for example <c>Identifiers.Data.divisions.txt</c>.</param>
    public static IEnumerable<string[]> Read(string name)
    {
        using var stream = typeof(EmbeddedTable).Assembly.GetManifestResourceStream($"DataHub.Kernel.{name}")
            ?? throw new InvalidOperationException($"The table {name} is missing from the assembly.");
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#')
            {
                yield return line.Split('\t');
            }
        }
    }
}
