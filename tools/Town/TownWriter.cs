using DataHub.Town.Entities;
using DataHub.Town.Faults;
using DataHub.Town.Files;
using DataHub.Town.Insurance;
using DataHub.Town.People;
using DataHub.Town.Property;

namespace DataHub.Town;

/// <summary>Writes a synthetic town as its departments would export it: four CSV files and <c>town.json</c>.</summary>
public static class TownWriter
{
    /// <summary>Writes the files of a town; equal options give equal bytes. A file gets its name once it is whole, the manifest comes last.</summary>
    /// <param name="options">What town.</param>
    /// <param name="folder">Where; made when missing. Files of an earlier town are replaced.</param>
    /// <param name="progress">Told about every 1,000 rows; null when nobody listens.</param>
    /// <param name="cancellationToken">Ends the work between rows; finished files stay.</param>
    /// <returns>What was written, as in <c>town.json</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static async Task<TownManifest> WriteAsync(
        TownOptions options, string folder, IProgress<TownProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        cancellationToken.ThrowIfCancellationRequested();
        Directory.CreateDirectory(folder);
        var town = Settlement.Build(options);
        var cases = CasePicker.Pick(town, options.Today);
        var files = await WriteFilesAsync(options, town, cases, new TableWriter(folder, progress), cancellationToken);
        var manifest = new TownManifest(options.Residents, options.Seed, options.Today, files, cases);
        await manifest.WriteAsync(folder, cancellationToken);
        return manifest;
    }

    private static async Task<TownFile[]> WriteFilesAsync(
        TownOptions options, Settlement town, TownCases cases, TableWriter writer, CancellationToken cancellationToken)
    {
        var spared = CasePicker.Identifiers(cases);
        return
        [
            await WriteAsync(PopulationTable.Of(town.Residents, options.Today), part: 11),
            await WriteAsync(LegalEntityTable.Of(town.Entities, options.Today), part: 12),
            await WriteAsync(PropertyTable.Of(town.Rights, options.Today), part: 13),
            await WriteAsync(InsuranceTable.Of(town.Participations, Settlement.InsuranceAsOf(options.Today)), part: 14),
        ];

        Task<TownFile> WriteAsync<T>(TownTable<T> table, int part) =>
            writer.WriteAsync(table, FaultPlan.For(table, spared, options.Randomness(part)), cancellationToken);
    }
}
