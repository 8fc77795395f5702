using Spectre.Console;

namespace DataHub.Cli;

/// <summary>Tables as every command draws them.</summary>
internal static class Tables
{
    /// <summary>An empty table; plain characters when the output is not a terminal.</summary>
    public static Table New(params string[] columns)
    {
        var table = new Table { Border = Console.IsOutputRedirected ? TableBorder.Ascii : TableBorder.Rounded };
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(column).NoWrap());
        }

        return table;
    }
}
