namespace DataHub.Cli;

/// <summary>Files named on the command line.</summary>
internal static class CliFiles
{
    /// <exception cref="Kernel.Faults.FaultException">It is not there: <c>FILE_MISSING</c>.</exception>
    public static byte[] Bytes(string path) => File.Exists(path) ? File.ReadAllBytes(path) : throw CliFaults.NoFile(path);

    /// <exception cref="Kernel.Faults.FaultException">It is not there: <c>FILE_MISSING</c>.</exception>
    public static string Text(string path) => File.Exists(path) ? File.ReadAllText(path) : throw CliFaults.NoFile(path);
}
