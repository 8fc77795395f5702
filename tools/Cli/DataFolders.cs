using System.CommandLine;

namespace DataHub.Cli;

/// <summary>Where hubs keep their data when nobody says otherwise.</summary>
internal static class DataFolders
{
    /// <summary>The option every command shares.</summary>
    public static Option<string> Option() => new("--data")
    {
        Description = "Data folder of the hub (default: DATAHUB_DATA, else a folder of this user).",
        DefaultValueFactory = _ => Default,
    };

    private static string Default =>
        Environment.GetEnvironmentVariable("DATAHUB_DATA")
        ?? (Environment.IsPrivilegedProcess
            ? "/var/lib/datahub/demo"
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "datahub", "demo"));
}
