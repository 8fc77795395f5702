using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using DataHub.Kernel;
using DataHub.Kernel.Faults;

namespace DataHub.Ledger.Export;

/// <summary>A file of an export.</summary>
/// <param name="Name">Its name in the folder.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Digest">Its SHA-256, lower-case hexadecimal: against damage on the way, not against people; those the ledger itself finds out.</param>
internal sealed record ExportFile(string Name, long Bytes, string Digest);

/// <summary>
/// The list of an export's files, <c>manifest.txt</c>: the line <c>datahub/export/1</c>, the line <c>hub NAME</c>, then for each file, in the order of reading, its name, length and SHA-256 with a space
/// between; each line ended by a line feed.
/// </summary>
internal sealed partial record ExportManifest(HubName Hub, IReadOnlyList<ExportFile> Files)
{
    public const string FileName = "manifest.txt";
    public const string Signers = "signers.bin";
    public const string Heads = "heads.bin";
    public const string Leaves = "leaves";
    public const string Pending = "pending.bin";
    public const string Events = "events";

    private const string FirstLine = "datahub/export/1";
    private const string HubLine = "hub ";
    private const int MaxBytes = 64 * 1024 * 1024;

    /// <summary>Segments of leaves or of events, in order.</summary>
    public IReadOnlyList<ExportFile> Segments(string kind) => [.. Files.Where(file => file.Name.StartsWith(kind + "-", StringComparison.Ordinal))];

    public ExportFile File(string name) => Files.FirstOrDefault(file => file.Name == name) ?? throw ExportFaults.Damaged(FileName, 0, $"it does not name {name}.");

    public static string Segment(string kind, int number) => string.Create(CultureInfo.InvariantCulture, $"{kind}-{number:d8}.bin");

    public byte[] ToBytes()
    {
        var text = new StringBuilder().Append(FirstLine).Append('\n').Append(HubLine).Append(Hub).Append('\n');
        foreach (var file in Files)
        {
            text.Append(CultureInfo.InvariantCulture, $"{file.Name} {file.Bytes} {file.Digest}\n");
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }

    /// <exception cref="FaultException">Missing or not a manifest: <c>EXPORT_MISSING</c>, <c>EXPORT_DAMAGED</c>.</exception>
    public static ExportManifest Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!System.IO.File.Exists(path))
        {
            throw ExportFaults.Missing(path);
        }

        if (new FileInfo(path).Length > MaxBytes)
        {
            throw ExportFaults.Damaged(FileName, MaxBytes, "it is longer than a manifest can be.");
        }

        var bytes = System.IO.File.ReadAllBytes(path);
        var manifest = Parse(Encoding.ASCII.GetString(bytes).Split('\n'));
        var difference = manifest.ToBytes().AsSpan().CommonPrefixLength(bytes);
        return difference == bytes.Length && manifest.IsWhole() ? manifest : throw ExportFaults.Damaged(FileName, difference, "it is not as a manifest is written.");
    }

    private static ExportManifest Parse(string[] lines)
    {
        if (lines.Length < 3 || lines[0] != FirstLine || !lines[1].StartsWith(HubLine, StringComparison.Ordinal) || lines[^1].Length > 0)
        {
            throw ExportFaults.Damaged(FileName, 0, $"its first lines must be {FirstLine} and the hub's name, and every line must be ended.");
        }

        try
        {
            return new ExportManifest(new HubName(lines[1][HubLine.Length..]), [.. lines[2..^1].Select(ParseFile)]);
        }
        catch (Exception e) when (e is FormatException or OverflowException || e is FaultException { Code: "HUB_NAME" })
        {
            throw ExportFaults.Damaged(FileName, 0, "a line cannot be read.", e);
        }
    }

    private static ExportFile ParseFile(string line) => FileLine().Match(line) is { Success: true } match
        ? new ExportFile(match.Groups[1].Value, long.Parse(match.Groups[2].Value, NumberStyles.None, CultureInfo.InvariantCulture), match.Groups[3].Value)
        : throw new FormatException();

    /// <summary>Every file there must be, none twice, segments numbered from 0 without gaps.</summary>
    private bool IsWhole() => Files.Select(file => file.Name).SequenceEqual(
    [
        Heads, Signers, .. Enumerable.Range(0, Segments(Leaves).Count).Select(number => Segment(Leaves, number)), Pending,
        .. Enumerable.Range(0, Segments(Events).Count).Select(number => Segment(Events, number)),
    ]);

    [GeneratedRegex(@"\A((?:heads|signers|pending|leaves-[0-9]{8}|events-[0-9]{8})\.bin) ([0-9]{1,18}) ([0-9a-f]{64})\z", RegexOptions.CultureInvariant)]
    private static partial Regex FileLine();
}
