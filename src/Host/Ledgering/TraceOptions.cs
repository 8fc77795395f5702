using System.ComponentModel.DataAnnotations;

namespace DataHub.Host.Ledgering;

/// <summary>What a citizen's trace keeps back, because the law says so: uses for criminal investigation, for instance. Nothing by default.</summary>
public sealed class TraceOptions
{
    /// <summary>Service items concerned; the first that fits decides.</summary>
    public IList<TraceExclusion> Exclusions { get; } = [];
}

/// <summary>Service items whose uses are kept back.</summary>
public sealed class TraceExclusion
{
    /// <summary>Beginning of the service item's code (GB/T 39554).</summary>
    [Required]
    public string ServiceItem { get; set; } = "";

    /// <summary>Days after which they are shown all the same; null = never.</summary>
    [Range(1, 36_500)]
    public int? DelayDays { get; set; }
}
