using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;

namespace DataHub.Town;

/// <summary>What was written and what a correct hub must make of it; stands beside the files as <c>town.json</c>.</summary>
/// <param name="Residents">Residents asked for.</param>
/// <param name="Seed">Seed of the randomness.</param>
/// <param name="Today">Civil date of the export.</param>
/// <param name="Files">One entry a file.</param>
/// <param name="Cases">People and companies for verification questions.</param>
public sealed record TownManifest(int Residents, int Seed, DateOnly Today, IReadOnlyList<TownFile> Files, TownCases Cases)
{
    /// <summary>Name of the manifest in the folder of a town.</summary>
    public const string FileName = "town.json";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>The file of a resource.</summary>
    /// <param name="resource">Resource code, for example <c>legal_entity</c>.</param>
    /// <exception cref="InvalidOperationException">The town has no such file.</exception>
    public TownFile File(string resource) => Files.Single(f => f.Resource == resource);

    /// <summary>Reads the manifest of a town written earlier.</summary>
    /// <param name="folder">Folder of the town.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="IOException">There is none, or it cannot be read.</exception>
    /// <exception cref="JsonException">It is not a manifest.</exception>
    public static async Task<TownManifest> ReadAsync(string folder, CancellationToken cancellationToken)
    {
        await using var stream = System.IO.File.OpenRead(Path.Combine(folder, FileName));
        return await JsonSerializer.DeserializeAsync<TownManifest>(stream, Json, cancellationToken)
            ?? throw new JsonException("The manifest is empty.");
    }

    internal async Task WriteAsync(string folder, CancellationToken cancellationToken)
    {
        await using var stream = System.IO.File.Create(Path.Combine(folder, FileName));
        await JsonSerializer.SerializeAsync(stream, this, Json, cancellationToken);
    }
}

/// <summary>One file of a town.</summary>
/// <param name="Resource">Resource code, for example <c>population_person</c>.</param>
/// <param name="Path">Name in the folder of the town.</param>
/// <param name="Encoding"><c>GB18030</c> or <c>UTF-8</c>.</param>
/// <param name="ByteOrderMark">True when the file begins with one.</param>
/// <param name="Rows">Rows, header apart: accepted, rejected and duplicates together.</param>
/// <param name="ExpectedAccepted">Distinct records a correct hub holds afterwards.</param>
/// <param name="ExpectedRejected">Rows it turns away.</param>
/// <param name="Faults">Every kind of fault with its rows, in the order of the kinds; kinds without rows are left out.</param>
/// <param name="Watermark">The instant up to which the file is complete.</param>
public sealed record TownFile(
    string Resource,
    string Path,
    string Encoding,
    bool ByteOrderMark,
    int Rows,
    int ExpectedAccepted,
    int ExpectedRejected,
    IReadOnlyList<TownFault> Faults,
    DateTimeOffset Watermark)
{
    /// <summary>Rows that carry a kind of fault; 0 when none does.</summary>
    /// <param name="kind">The kind.</param>
    public int RowsWith(TownFaultKind kind) => Faults.Where(f => f.Kind == kind).Sum(f => f.Rows);
}

/// <summary>Rows of one file with one kind of fault.</summary>
/// <param name="Kind">What is wrong with them.</param>
/// <param name="Outcome">What a correct hub does with them.</param>
/// <param name="Rows">How many; of duplicates only the second row counts.</param>
public sealed record TownFault(TownFaultKind Kind, TownFaultOutcome Outcome, int Rows);
