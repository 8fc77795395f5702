using Bogus;
using DataHub.Town.People;

namespace DataHub.Town.Entities;

/// <summary>Founds the legal entities of the town; residents represent them.</summary>
internal sealed class BusinessRegister(Randomizer random, AddressBook addresses, DateOnly today)
{
    private const string Fancy = "恒瑞华盛德胜宏远鑫源嘉诚东海正大永安天和顺达新锐金桥";
    private const int MinAgeOfRep = 20;

    // So that the smallest town, too, has active entities of each kind.
    private const int AlwaysActive = 10;

    private static readonly string[] Districts = ["城东", "城南", "城西", "城北", "白石", "翁洋", "盐盆", "柳溪", "石桥", "大岭"];

    private readonly CreditCodes codes = new();
    private readonly HashSet<string> names = new(StringComparer.Ordinal);

    public IEnumerable<LegalEntity> Entities(int count, IReadOnlyList<Resident> residents)
    {
        Resident[] reps = [.. residents.Where(r => r.IsRegistered && r.AgeOn(today) is > MinAgeOfRep + 4 and < 72)];
        Resident[] withMiddleDot = [.. reps.Where(r => r.Name.Contains('·', StringComparison.Ordinal))];
        for (var i = 0; i < count; i++)
        {
            var rep = i % 25 == 8 && withMiddleDot.Length > 0 ? random.ArrayElement(withMiddleDot) : random.ArrayElement(reps);
            yield return Found(KindOf(i), rep, i < AlwaysActive ? LegalEntity.Active : Status(KindOf(i)));
        }
    }

    /// <summary>14, 8 and 3 of 25, mixed.</summary>
    private static EntityKind KindOf(int number) => (number * 7L % 25) switch
    {
        < 14 => EntityKind.Company,
        < 22 => EntityKind.SoleTrader,
        _ => EntityKind.Institution,
    };

    private LegalEntity Found(EntityKind kind, Resident rep, string status)
    {
        var trade = random.ArrayElement(TradesOf(kind));
        var established = Days.Between(random, Days.Later(new DateOnly(1996, 1, 1), rep.Birth.AddYears(MinAgeOfRep)), today.AddYears(-1));
        DateOnly? cancelled = status is LegalEntity.RevokedAndCancelled or LegalEntity.Cancelled
            ? Days.Between(random, established.AddDays(30), today.AddDays(-2))
            : null;
        return new LegalEntity
        {
            Uscc = codes.Issue(kind),
            Name = NewName(kind, rep, trade),
            Kind = kind,
            LegalRep = rep,
            Address = addresses.Premises().Text,
            Trade = trade,
            CapitalWan = Capital(kind),
            Established = established,
            TermTo = kind == EntityKind.Company && random.Int(1, 3) == 1 ? today.AddYears(random.Int(2, 20)) : null,
            Status = status,
            CancelledOn = cancelled,
            UpdatedAt = Days.MomentBetween(random, cancelled ?? Days.Later(established, today.AddYears(-2)), today.AddDays(-1)),
        };
    }

    private static Trade[] TradesOf(EntityKind kind) =>
        kind == EntityKind.Company ? Trades.OfCompanies : kind == EntityKind.SoleTrader ? Trades.OfSoleTraders : Trades.OfInstitutions;

    private string Status(EntityKind kind) => kind == EntityKind.Institution ? LegalEntity.Active : random.Int(1, 40) switch
    {
        1 => "2",
        2 => LegalEntity.RevokedAndCancelled,
        3 or 4 => LegalEntity.Cancelled,
        5 => "6",
        _ => LegalEntity.Active,
    };

    private decimal? Capital(EntityKind kind) => kind == EntityKind.SoleTrader && random.Bool() ? null
        : kind == EntityKind.SoleTrader ? random.Int(1, 20) : random.ArrayElement([10m, 50m, 100m, 108.8m, 500m, 1000m, 2018.123456m, 5000m]);

    private string NewName(EntityKind kind, Resident rep, Trade trade)
    {
        while (true)
        {
            var name = Name(kind, rep, trade);
            if (names.Add(name))
            {
                return name;
            }
        }
    }

    private string Name(EntityKind kind, Resident rep, Trade trade) =>
        kind == EntityKind.Company ? $"清河市{Letters(2)}{Letters(1)}{trade.Word}有限公司"
        : kind == EntityKind.SoleTrader ? $"清河市{random.ArrayElement(Districts)}{Surname(rep)}{Letters(1)}{trade.Word}"
        : $"清河市{random.ArrayElement(Districts)}第{random.Int(1, 999)}{trade.Word}";

    private static string Surname(Resident rep) => rep.Name.Contains('·', StringComparison.Ordinal) ? rep.Name.Split('·')[0] : rep.Name[..1];

    private string Letters(int count) => string.Concat(Enumerable.Range(0, count).Select(_ => Fancy[random.Int(0, Fancy.Length - 1)]));
}
