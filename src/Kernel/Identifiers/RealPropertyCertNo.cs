namespace DataHub.Kernel.Identifiers;

/// <summary>
/// Number of a real-property certificate 不动产权证书号 or registration proof 不动产登记证明号: province abbreviation, year in ASCII parentheses,
/// county or city, kind, serial of 7 to 10 digits. Example: 浙(2017)乐清市不动产权第0001234号. Older house-ownership numbers are another kind.
/// </summary>
public static class RealPropertyCertNo
{
    // Unified registration began on 2015-03-01.
    private const int FirstYear = 2015;
    private const string Provinces = "京津冀晋蒙内辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵黔云滇藏陕甘青宁新";
    private const string Certificate = "不动产权第";
    private const string Proof = "不动产证明第";

    /// <summary>The strict form: NFKC, all brackets to ASCII parentheses, no white space; null stays null.</summary>
    /// <param name="raw">The number as a source or the printed certificate has it.</param>
    public static string? Normalize(string? raw) => IdentifierText.Normalize(raw);

    /// <summary>Checks the strict form.</summary>
    /// <param name="value">The number.</param>
    /// <param name="today">Civil date in Asia/Shanghai; no certificate carries a later year.</param>
    public static IdentifierCheck Check(string? value, DateOnly today) => IdentifierCheck.Of(Fault(value, today));

    /// <summary>True for a registration proof 不动产证明, false for a certificate of title.</summary>
    /// <param name="value">A number that <see cref="Check"/> found valid.</param>
    public static bool IsProof(string value) => value.Contains(Proof, StringComparison.Ordinal);

    /// <summary>Where the serial's digits stand; empty when the text is no such number.</summary>
    internal static Range Serial(ReadOnlySpan<char> value)
    {
        var start = value.IndexOf(Certificate) is var at and >= 0 ? at + Certificate.Length
            : value.IndexOf(Proof) is var proofAt and >= 0 ? proofAt + Proof.Length
            : value.Length;
        return value is [.., '号'] && start < value.Length ? start..^1 : ..0;
    }

    private static string? Fault(ReadOnlySpan<char> value, DateOnly today)
    {
        if (value.IsEmpty)
        {
            return IdentifierRule.NullOrEmpty;
        }

        if (!HasPattern(value))
        {
            return IdentifierRule.Pattern;
        }

        var year = IdentifierText.Number(value[2..6]);
        var serial = value[Serial(value)];
        return !Provinces.Contains(value[0], StringComparison.Ordinal) ? IdentifierRule.Province
            : year < FirstYear || year > today.Year ? IdentifierRule.Year
            : serial.Length is < 7 or > 10 || IdentifierText.IsAllZero(serial) ? IdentifierRule.Serial
            : null;
    }

    private static bool HasPattern(ReadOnlySpan<char> value) =>
        value is [_, '(', _, _, _, _, ')', ..]
        && IdentifierText.IsDigits(value[2..6])
        && !value[Serial(value)].IsEmpty && IdentifierText.IsDigits(value[Serial(value)])
        && value.IndexOf("不动产") is > 7 and <= 27 && IdentifierText.IsWithin(value[7..value.IndexOf("不动产")], '\u4E00', '\u9FA5');
}
