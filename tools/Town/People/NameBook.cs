using Bogus;
using Bogus.DataSets;

namespace DataHub.Town.People;

/// <summary>
/// Invents names. Single surnames and the given names of younger men come from Bogus (zh_CN), which knows neither compound surnames nor
/// names of women; those, the names of older people and rare characters are listed here.
/// </summary>
internal sealed class NameBook(Randomizer random)
{
    private static readonly string[] CompoundSurnames = ["欧阳", "司马", "上官", "诸葛", "夏侯", "皇甫", "尉迟", "慕容", "端木", "令狐"];

    // Outside the Basic Multilingual Plane, or three and four bytes in GB 18030: what careless converters lose.
    private static readonly string[] Rare = ["𠮷", "㐂", "䶮", "𬭎", "喆", "犇", "堃", "㛃"];

    private static readonly string[] Women =
    [
        "雨涵", "欣怡", "诗涵", "梓涵", "可馨", "佳怡", "思琪", "梦瑶", "雅静", "晓燕", "丽娜", "婷婷", "雪梅", "静怡", "慧敏", "嘉琪", "语嫣", "若曦", "子萱", "依诺",
        "婉清", "芷若", "佳琳", "晓彤", "海燕", "春燕", "玲玲", "倩倩", "媛", "颖", "薇", "莹", "洁", "璐", "琳", "敏",
    ];

    private static readonly string[] OlderWomen =
    [
        "桂英", "秀英", "玉兰", "秀兰", "桂兰", "凤英", "玉珍", "淑珍", "素芬", "美华", "彩云", "月娥", "银花", "阿妹", "爱华", "春香", "红梅", "建英", "小琴", "丽华",
    ];

    private static readonly string[] OlderMen =
    [
        "建国", "建华", "国强", "志强", "国庆", "永福", "德明", "文斌", "阿土", "金龙", "银海", "长根", "水根", "荣华", "福生", "克勤", "学文", "卫东", "跃进", "海波",
    ];

    private static readonly string[] UyghurMen = ["买买提", "艾合买提", "阿卜杜拉", "玉素甫", "吐尔逊", "库尔班", "热合曼", "艾力"];

    private static readonly string[] UyghurWomen = ["古丽娜尔", "阿依古丽", "帕提古丽", "热依汗", "米日古丽", "祖丽胡玛尔"];

    private static readonly string[] UyghurFathers = ["阿里", "艾买提", "依明", "肉孜", "托合提", "尼亚孜", "吾斯曼", "牙生", "卡斯木"];

    private readonly Name bogus = new("zh_CN") { Random = random };

    public string Surname() => bogus.LastName();

    public string CompoundSurname() => random.ArrayElement(CompoundSurnames);

    /// <summary>A given name that suits the generation.</summary>
    public string Given(bool male, int birthYear) => (male, birthYear < 1972) switch
    {
        (true, true) => random.ArrayElement(OlderMen),
        (true, false) => bogus.FirstName(),
        (false, true) => random.ArrayElement(OlderWomen),
        (false, false) => random.ArrayElement(Women),
    };

    public string RareGiven() => random.ArrayElement(Rare);

    /// <summary>Own name and father's name with U+00B7 between them.</summary>
    public string WithMiddleDot(bool male) =>
        $"{random.ArrayElement(male ? UyghurMen : UyghurWomen)}·{random.ArrayElement(UyghurFathers)}";
}
