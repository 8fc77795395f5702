using Bogus;

namespace DataHub.Town.People;

/// <summary>An address; land of villages belongs to the collective.</summary>
internal sealed record Address(string Text, bool Rural);

/// <summary>Invents addresses of the town, none of them twice.</summary>
internal sealed class AddressBook(Randomizer random)
{
    private static readonly string[] Subdistricts = ["城东街道", "城南街道", "城西街道", "城北街道", "白石街道", "翁洋街道", "盐盆街道", "柳溪街道"];

    private static readonly string[] Towns = ["石桥镇", "大岭镇", "清江口镇", "芙蓉镇", "南浦镇", "茶山乡"];

    private static readonly string[] Villages =
    [
        "上林村", "下林村", "前垟村", "后垟村", "东岙村", "西岙村", "溪头村", "沙门村", "塘下村", "岭脚村", "枫树坪村", "竹屿村", "桥头村", "新联村",
    ];

    private static readonly string[] Roads =
    [
        "银杏路", "清河大道", "人民路", "解放路", "建设路", "和平路", "文化路", "学士路", "书院路", "望江路", "滨河路", "丹霞路", "双雁路", "云门路", "伯乐路",
        "宁康路", "良港路", "旭阳路", "清远路", "晨曦路", "南大街", "北大街", "东门路", "西门路", "环城路", "梅溪路", "桂花巷", "水井巷", "石板巷", "米行巷",
    ];

    private static readonly string[] Estates = ["", "", "银溪花园", "清河佳苑", "滨江名邸", "梅园小区", "东方新村", "翡翠湾", "书香门第", "锦绣家园"];

    private readonly HashSet<string> given = new(StringComparer.Ordinal);

    /// <summary>A home: one in five in a village.</summary>
    public Address Home() => random.Int(1, 5) == 1 ? New(Village, rural: true) : New(Flat, rural: false);

    /// <summary>Business premises on a street.</summary>
    public Address Premises() => New(() => $"{Street()}{Number()}", rural: false);

    private Address New(Func<string> draw, bool rural)
    {
        while (true)
        {
            var text = draw();
            if (given.Add(text))
            {
                return new Address(text, rural);
            }
        }
    }

    private string Street() => $"清河市{random.ArrayElement(Subdistricts)}{random.ArrayElement(Roads)}";

    private string Number() => $"{random.Int(1, 1888)}号" + (random.Int(1, 4) == 1 ? $"-{random.Int(1, 30)}" : "");

    private string Flat() =>
        $"{Street()}{random.Int(1, 1888)}号{random.ArrayElement(Estates)}{random.Int(1, 28)}幢{random.Int(1, 4)}单元{random.Int(1, 18)}0{random.Int(1, 4)}室";

    private string Village() => $"清河市{random.ArrayElement(Towns)}{random.ArrayElement(Villages)}{random.Int(1, 12)}组{random.Int(1, 900)}号";
}
