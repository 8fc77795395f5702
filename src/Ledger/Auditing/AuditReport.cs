using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using DataHub.Ledger.Heads;

namespace DataHub.Ledger.Auditing;

/// <summary>What an audit found.</summary>
public sealed record AuditReport
{
    private static readonly JsonSerializerOptions JsonForm = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly Findings _findings;

    internal AuditReport(Findings findings) => _findings = findings;

    /// <summary>Whose ledger; null where the export did not say.</summary>
    public string? Hub { get; init; }

    /// <summary>Whether everything was recomputed and nothing differs.</summary>
    public bool IsProven => _findings.Counts.Count == 0;

    /// <summary>The first leaf changed, removed or inserted, or, where no leaf is concerned, the first finding; null where all is proven.</summary>
    public AuditFinding? First => _findings.First ?? (_findings.Kept.Count > 0 ? _findings.Kept[0] : null);

    /// <summary>The findings, up to the limit asked for, in the order found.</summary>
    public IReadOnlyList<AuditFinding> Findings => _findings.Kept;

    /// <summary>All findings, code by code.</summary>
    public IReadOnlyDictionary<string, long> Counts => _findings.Counts;

    /// <summary>Places of the sequence.</summary>
    public long Leaves { get; init; }

    /// <summary>Leaves under the last head whose root was right.</summary>
    public long Proven { get; init; }

    /// <summary>Entries under the leaves: acts and names of events.</summary>
    public long Entries { get; init; }

    /// <summary>Leaves whose content was taken from exports made before.</summary>
    public long Archived { get; init; }

    /// <summary>Leaves that no head covers yet.</summary>
    public long Pending { get; init; }

    /// <summary>Heads.</summary>
    public long Heads { get; init; }

    /// <summary>Heads kept elsewhere that took part.</summary>
    public long Witnesses { get; init; }

    /// <summary>Whether the export has events to compare.</summary>
    public bool HasEvents { get; init; }

    /// <summary>Events of the hub compared.</summary>
    public long Events { get; init; }

    /// <summary>Events of other applications (<c>ext/</c>), in no leaf.</summary>
    public long NotLedgered { get; init; }

    /// <summary>The last head that may be believed.</summary>
    public TreeHead? LastHead { get; init; }

    /// <summary>The report for people, Chinese and English, lines ended by a line feed.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"hub {Hub}: {Leaves} leaves ({Archived} from archives), {Entries} entries, {Heads} heads, {Pending} leaves pending\n");
        text.Append(HasEvents
            ? string.Create(CultureInfo.InvariantCulture, $"{Events} events compared; {NotLedgered} events under ext/ not ledgered\n")
            : "the export holds no events: their data were not compared / 未含事件数据，未核对\n");
        text.Append(Witnesses > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{Witnesses} heads kept elsewhere compared\n")
            : "no heads kept elsewhere were given: a history cut back to an older state of itself cannot be seen / 未提供见证树头，无法发现历史被截断\n");
        if (LastHead is { } head)
        {
            text.Append(CultureInfo.InvariantCulture, $"last head: {head.Size} leaves, root {Convert.ToBase64String(head.Root.Span)}, {head.At.UtcDateTime:O}\n");
        }

        if (First is { } first)
        {
            text.Append(CultureInfo.InvariantCulture, $"FIRST 首处差异: {Line(first)}\n");
            _findings.Kept.Where(finding => finding != first).ToList().ForEach(finding => text.Append(CultureInfo.InvariantCulture, $"  {Line(finding)}\n"));
            text.Append(CultureInfo.InvariantCulture, $"{Counts.Values.Sum()} differences ({string.Join(", ", Counts.Select(count => $"{count.Key} {count.Value}"))})\n");
        }

        return text.Append(IsProven ? "PROVEN 全部核验通过\n" : "NOT PROVEN 核验未通过\n").ToString();
    }

    /// <summary>The report for programs: one object.</summary>
    public string ToJson() => JsonSerializer.Serialize(
        new
        {
            hub = Hub,
            proven = IsProven,
            first = First,
            findings = Findings,
            counts = Counts,
            leaves = Leaves,
            provenLeaves = Proven,
            entries = Entries,
            archived = Archived,
            pending = Pending,
            heads = Heads,
            witnesses = Witnesses,
            hasEvents = HasEvents,
            events = Events,
            notLedgered = NotLedgered,
            lastHead = LastHead is null ? null : new { size = LastHead.Size, root = Convert.ToBase64String(LastHead.Root.Span), at = LastHead.At },
        },
        JsonForm);

    private static string Line(AuditFinding finding) => $"{finding.Code} {AuditCode.InChinese(finding.Code)}: {finding.Text}";
}
