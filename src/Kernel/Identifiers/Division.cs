namespace DataHub.Kernel.Identifiers;

/// <summary>One administrative division of GB/T 2260.</summary>
/// <param name="Code">Six digits.</param>
/// <param name="Name">Its own name, without those of its parents.</param>
/// <param name="Level">Province, prefecture or county.</param>
/// <param name="Status">Whether the code is in force.</param>
public sealed record Division(string Code, string Name, DivisionLevel Level, DivisionStatus Status);

/// <summary>Level of a division, read off its code: <c>xx0000</c>, <c>xxyy00</c>, else county.</summary>
public enum DivisionLevel
{
    /// <summary>Province, autonomous region, municipality, special administrative region.</summary>
    Province,

    /// <summary>Prefecture-level city, prefecture, league.</summary>
    Prefecture,

    /// <summary>County, district, county-level city, banner.</summary>
    County,
}

/// <summary>Whether a division code is in force.</summary>
public enum DivisionStatus
{
    /// <summary>In the current list, with an authority behind it.</summary>
    Current,

    /// <summary>In the current list as a parent only (市辖区, 县, 省直辖县级行政区划): no authority stands behind it.</summary>
    Grouping,

    /// <summary>Assigned once, no longer in force. Old numbers carry it for ever.</summary>
    Historical,
}
