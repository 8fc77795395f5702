using DataHub.Kernel.Time;
using DataHub.Town;
using Spectre.Console;

namespace DataHub.Cli.Demo;

/// <summary>The town of a demo: written once for a data folder, so that a demo that was killed goes on with the same files.</summary>
internal static class DemoTown
{
    private const int Seed = 330382;

    public static async Task<(string Folder, TownManifest Manifest)> PrepareAsync(string dataFolder, int residents, TimeProvider time, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(dataFolder, "town");
        if (File.Exists(Path.Combine(folder, TownManifest.FileName)))
        {
            return (folder, await TownManifest.ReadAsync(folder, cancellationToken));
        }

        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var options = new TownOptions { Residents = residents, Seed = Seed, Today = CivilTime.Today(time) };
        var manifest = await AnsiConsole.Progress().StartAsync(async progress =>
        {
            var task = progress.AddTask("writing the departments' exports");
            var written = await TownWriter.WriteAsync(options, folder, new FileProgress(task), cancellationToken);
            task.Value = task.MaxValue;
            return written;
        });
        return (folder, manifest);
    }

    public static Table Files(TownManifest manifest)
    {
        var table = Tables.New("file", "encoding", "rows", "known faults (rows)");
        foreach (var file in manifest.Files)
        {
            var faults = string.Join(", ", file.Faults.Select(fault => $"{fault.Kind} {fault.Rows}"));
            table.AddRow(new Markup(file.Path), new Markup(file.Encoding), new Markup(file.Rows.ToString("N0", System.Globalization.CultureInfo.InvariantCulture)), new Markup(faults.EscapeMarkup()));
        }

        table.Columns[3].NoWrap = false;
        return table;
    }

    private sealed class FileProgress(ProgressTask task) : IProgress<TownProgress>
    {
        public void Report(TownProgress value)
        {
            task.Description = value.File;
            task.MaxValue = Math.Max(1, value.TotalRows);
            task.Value = value.Rows;
        }
    }
}
