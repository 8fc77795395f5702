namespace DataHub.Kernel.Resources;

/// <summary>Data type of an information item, letters of the 2017 directory guideline where it has one.</summary>
public enum ItemType
{
    /// <summary>C 字符: characters; length = most Unicode characters.</summary>
    Text,

    /// <summary>N 数值: decimal with at most precision and scale digits; kept as text.</summary>
    Number,

    /// <summary>I 整型: integer within ±(2^53 - 1).</summary>
    WholeNumber,

    /// <summary>D 日期: civil date <c>yyyy-MM-dd</c>.</summary>
    Date,

    /// <summary>Month <c>yyyyMM</c> (GB/T 40217).</summary>
    Month,

    /// <summary>T 日期时间: instant, RFC 3339, kept in UTC.</summary>
    Instant,

    /// <summary>L 逻辑: <c>true</c> or <c>false</c>.</summary>
    Boolean,

    /// <summary>A list of members, each with items of its own, for example the owners of a property.</summary>
    List,
}
