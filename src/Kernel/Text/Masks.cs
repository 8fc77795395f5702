using System.Text;
using System.Text.RegularExpressions;
using DataHub.Kernel.Identifiers;

namespace DataHub.Kernel.Text;

/// <summary>
/// Masks of personal values for reports, pages and exports. A value that has not the form its mask expects is masked whole, so no mask
/// reveals more than its rule says. One field is masked in one way for one viewer: two masks of the same value can reveal it together.
/// </summary>
public static partial class Masks
{
    // Surnames of two characters; the rest of the world has one.
    private static readonly HashSet<string> CompoundSurnames =
    [
        "欧阳", "司马", "上官", "诸葛", "司徒", "司空", "司寇", "东方", "南宫", "西门", "北宫", "东郭", "南门", "百里", "夏侯", "皇甫", "尉迟", "公孙",
        "公羊", "公冶", "公良", "澹台", "慕容", "令狐", "长孙", "宇文", "鲜于", "闾丘", "轩辕", "赫连", "呼延", "端木", "申屠", "太史", "钟离", "独孤",
        "万俟", "濮阳", "淳于", "单于", "仲孙", "叔孙", "宗政", "完颜", "拓跋", "纳兰", "耶律", "即墨", "第五", "左丘", "梁丘", "谷梁", "巫马", "漆雕",
    ];

    private static readonly Dictionary<string, Func<string, string>> ByName = new(StringComparer.Ordinal)
    {
        ["name"] = Name,
        ["resident_id"] = ResidentId,
        ["resident_id_notice"] = ResidentIdInNotice,
        ["resident_id_15"] = ResidentId15,
        ["mobile"] = Mobile,
        ["landline"] = Landline,
        ["phone"] = Phone,
        ["address"] = Address,
        ["bank_account"] = BankAccount,
        ["unit_code"] = UnitCode,
        ["certificate_no"] = CertificateNo,
        ["all"] = All,
    };

    /// <summary>Names of the masks, for schemas that name them in data: <c>name</c>, <c>resident_id</c>, <c>address</c> …</summary>
    public static IReadOnlyCollection<string> Names => ByName.Keys;

    /// <summary>The mask of a name; null when there is none.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    public static Func<string, string>? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>
    /// Keeps the surname (two characters for the compound ones); of a name with a middle dot the first character, of a Latin one the first
    /// letter, both with a fixed number of stars. 张三丰 → 张**, 欧阳修 → 欧阳*, 买买提·阿里 → 买**, John Smith → J***.
    /// </summary>
    /// <param name="value">A name.</param>
    public static string Name(string value)
    {
        var runes = value.EnumerateRunes().ToArray();
        if (runes.Length < 2 || !Rune.IsLetter(runes[0]))
        {
            return All(value);
        }

        var first = runes[0].ToString();
        return Comparable.UnifyDots(value).Contains('·', StringComparison.Ordinal) ? first + "**"
            : !Ideographs.Contains(runes[0]) ? first + "***"
            : runes.Length > 2 && CompoundSurnames.Contains(value[..2]) ? Kept(value, 2, 0)
            : first + Stars(runes.Length - 1);
    }

    /// <summary>Keeps the first 3 and the last 4 of 18 characters: 110***********002X. For permanent residence numbers too.</summary>
    /// <param name="value">A number of 18 characters.</param>
    public static string ResidentId(string value) => value.Length == 18 ? Kept(value, 3, 4) : All(value);

    /// <summary>For public notices: hides the birth date only: 110105********002X.</summary>
    /// <param name="value">A number of 18 characters.</param>
    public static string ResidentIdInNotice(string value) => value.Length == 18 ? Kept(value, 6, 4) : All(value);

    /// <summary>Keeps the first 3 and the last 3 of 15 digits: 110*********002.</summary>
    /// <param name="value">A legacy number of 15 digits.</param>
    public static string ResidentId15(string value) => value.Length == 15 ? Kept(value, 3, 3) : All(value);

    /// <summary>Keeps the first 3 and the last 4 of 11 digits: 138****0000.</summary>
    /// <param name="value">A mobile number.</param>
    public static string Mobile(string value) => value.Length == 11 && value[0] == '1' && IdentifierText.IsDigits(value) ? Kept(value, 3, 4) : All(value);

    /// <summary>Keeps the area code with its hyphen and the last 2 digits: 0577-******00.</summary>
    /// <param name="value">A landline number, with or without area code.</param>
    public static string Landline(string value) =>
        LandlinePattern().Match(value) is { Success: true } match ? Kept(value, match.Groups["area"].Length, 2) : All(value);

    /// <summary>Masks as mobile or as landline number, whichever it is.</summary>
    /// <param name="value">A telephone number.</param>
    public static string Phone(string value) => value.StartsWith('1') && value.Length == 11 ? Mobile(value) : Landline(value);

    /// <summary>Keeps the address down to the town or street office (or as far as it names one): 浙江省乐清市城南街道****.</summary>
    /// <param name="value">An address.</param>
    public static string Address(string value) => AddressPattern().Match(value).Value + "****";

    /// <summary>Keeps the last 4 of 12 to 30 characters: ***************0000.</summary>
    /// <param name="value">A bank account number.</param>
    public static string BankAccount(string value) => value.Length is >= 12 and <= 30 ? Kept(value, 0, 4) : All(value);

    /// <summary>Keeps the first 6 and the last 4 of the 28 places of a real-property unit code.</summary>
    /// <param name="value">A unit code.</param>
    public static string UnitCode(string value) => value.Length == 28 ? Kept(value, 6, 4) : All(value);

    /// <summary>Hides the serial of a real-property certificate or proof: 浙(2017)乐清市不动产权第*******号.</summary>
    /// <param name="value">A certificate number.</param>
    public static string CertificateNo(string value)
    {
        var (start, length) = RealPropertyCertNo.Serial(value).GetOffsetAndLength(value.Length);
        return length > 0 ? Kept(value, start, value.Length - start - length) : All(value);
    }

    /// <summary>A star for every character.</summary>
    /// <param name="value">Any value.</param>
    public static string All(string value) => Stars(value.EnumerateRunes().Count());

    private static string Kept(string value, int first, int last) =>
        string.Concat(value.AsSpan(0, first), Stars(value.Length - first - last), value.AsSpan(value.Length - last));

    private static string Stars(int count) => new('*', count);

    [GeneratedRegex(@"\A(?<area>(?:010|02[0-9]|0[3-9][0-9]{2})-?)?[0-9]{7,8}\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex LandlinePattern();

    // Province, prefecture, county, town: each lazily up to its suffix, none across a road, a house number or a village.
    [GeneratedRegex(
        @"\A([^路巷弄号村0-9]{2,8}?(省|自治区))?([^路巷弄号村0-9]{1,10}?(市|地区|自治州|盟))?([^路巷弄号村0-9]{1,14}?(区|县|市|旗))?([^路巷弄号村0-9]{1,12}?(街道|镇|乡|苏木))?",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex AddressPattern();
}
