namespace DataHub.Kernel.Identifiers;

/// <summary>
/// Basic code of a government service item 政务服务事项基本编码, GB/T 39554.1-2020: province 2 (00 national), item type 2, department 2,
/// main item 3, sub-item 3. Strict form for codes the hub allocates; some published codes end in a letter.
/// </summary>
public static class ServiceItemBasic
{
    /// <summary>The strict form: NFKC, no white space, no hyphen; null stays null.</summary>
    /// <param name="raw">The code as a source wrote it.</param>
    public static string? Normalize(string? raw) => IdentifierText.Normalize(raw, dropHyphens: true);

    /// <summary>Checks the strict form.</summary>
    /// <param name="value">12 digits.</param>
    /// <param name="today">Not used: the code holds no date.</param>
    public static IdentifierCheck Check(string? value, DateOnly today = default) => IdentifierCheck.Of(Fault(value));

    internal static string? Fault(ReadOnlySpan<char> value) => value switch
    {
        { Length: 0 } => IdentifierRule.NullOrEmpty,
        { Length: not 12 } => IdentifierRule.Length,
        _ when !IdentifierText.IsDigits(value) => IdentifierRule.Charset,
        _ when !IdentifierText.IsAllZero(value[..2]) && !Divisions.IsMainlandProvince(value[..2]) => IdentifierRule.Province,
        _ when IdentifierText.Number(value[2..4]) is not ((>= 1 and <= 10) or 20 or 21) => IdentifierRule.ItemType,
        _ => IdentifierText.IsAllZero(value[6..9]) ? IdentifierRule.MainItem : null,
    };
}
