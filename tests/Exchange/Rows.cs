using DataHub.Kernel.Identifiers;
using DataHub.V1;

namespace DataHub.Exchange.Tests;

/// <summary>Rows that pass every rule without a warning, to begin with. Invented people.</summary>
internal static class Rows
{
    public const string Zhang = "11010519491231002X";
    public const string ZhangLegacy = "110105491231002";
    public const string Company = "91330100799655058B";

    /// <summary>Another resident, by number; even ones are women.</summary>
    public static string Resident(int number, string birth = "19800101")
    {
        var first17 = $"330382{birth}{number:D3}";
        return first17 + ResidentId.CheckCharacter(first17);
    }

    public static string SoleTrader { get; } = SoleTraderCode();

    public static Record Person(Action<PopulationPerson>? change = null)
    {
        var person = new PopulationPerson
        {
            ResidentId = Zhang,
            FullName = "张三丰",
            FormerName = "张君宝",
            Gender = "2",
            EthnicGroup = "01",
            BirthDate = "1949-12-31",
            Nationality = "CHN",
            MaritalStatus = "20",
            Education = "21",
            DomicileDivision = "330382",
            DomicileAddress = "清河市城南街道梅花路1号",
            HouseholdNo = "330382001234",
            HouseholdRelation = "02",
            MobilePhone = "13800000000",
            PersonStatus = "10",
        };
        change?.Invoke(person);
        return new Record { PopulationPerson = person, SourceRecordId = "P1" };
    }

    public static Record PersonOf(int number, string name = "李四") => Person(p =>
        (p.ResidentId, p.FullName, p.FormerName, p.BirthDate, p.Gender) = (Resident(number), name, "", "1980-01-01", number % 2 == 0 ? "2" : "1"));

    public static Record Entity(Action<LegalEntity>? change = null)
    {
        var entity = new LegalEntity
        {
            Uscc = Company,
            OrgCode = Company[8..17],
            Name = "示例科技有限公司",
            RegAuthorityName = "清河市市场监督管理局",
            RegAuthority = "9",
            OrgType = "11",
            LegalRepName = "张三丰",
            LegalRepIdType = "111",
            LegalRepIdNo = Zhang,
            RegisteredAddress = "清河市长江路88号",
            RegisteredDivision = "330382",
            BusinessScope = "软件开发",
            RegisteredCapital = "1000.000000",
            CapitalCurrency = "CNY",
            EstablishedOn = "2007-03-02",
            TermFrom = "2007-03-02",
            TermTo = "2037-03-01",
            RegStatus = "1",
            ContactName = "王五六",
            ContactPhone = "0577-61880000",
            IsPublic = "true",
            SourceUpdatedOn = "2026-02-01",
        };
        change?.Invoke(entity);
        return new Record { LegalEntity = entity, SourceRecordId = "E1" };
    }

    public static Record Trader() => Entity(e =>
        (e.Uscc, e.OrgCode, e.Name, e.RegisteredAddress) = (SoleTrader, SoleTrader[8..17], "清河市张三丰面馆", "清河市后街7号"));

    public static PropertyOwner Owner(string name, string id, string share = "", string idType = "111") =>
        new() { Name = name, IdType = idType, IdNo = id, Share = share };

    public static Record Property(Action<RealPropertyRight>? change = null, params PropertyOwner[] owners)
    {
        var right = new RealPropertyRight
        {
            UnitCode = "330382001002GB00010F00010001",
            CertificateNo = "浙(2017)乐清市不动产权第0001234号",
            CertificateType = "1",
            CaseNo = "201700001234",
            RegistrationType = "200",
            RightType = "4",
            RightNature = "102",
            Owners = { owners.Length > 0 ? owners : [Owner("张三丰", Zhang)] },
            OwnershipMode = owners.Length > 1 ? "1" : "0",
            Location = "清河市城南街道梅花路1号2单元301室",
            Division = "330382",
            BuildingUse = "11",
            BuildingArea = "255.87",
            UseFrom = "2008-09-01",
            UseTo = "2078-08-31",
            RegistrarUscc = "11330382MB990046XF",
            RegisteredAt = "2017-03-01T02:00:00Z",
            IssuedOn = "2017-03-02",
            Mortgaged = "false",
            Sealed = "false",
            Disputed = "false",
            RightStatus = "1",
        };
        change?.Invoke(right);
        return new Record { RealPropertyRight = right, SourceRecordId = "BDC1" };
    }

    public static Record Insurance(Action<InsuranceParticipation>? change = null)
    {
        var participation = new InsuranceParticipation
        {
            AgencyCode = "33038200",
            PersonNo = "3303820012345",
            SocialSecurityNo = Zhang,
            FullName = "张三丰",
            IdType = "111",
            IdNo = Zhang,
            Gender = "2",
            EthnicGroup = "01",
            BirthDate = "1949-12-31",
            FirstWorkDate = "1970-08-01",
            Division = "330382",
            EmployerNo = "DW0001234",
            EmployerName = "示例科技有限公司",
            EmployerUscc = Company,
            InsuranceType = "110",
            FirstInsuredMonth = "199007",
            ParticipationStatus = "1",
            PaymentStatus = "1",
            SpellFrom = "2010-01-01",
            PaidMonths = "180",
        };
        change?.Invoke(participation);
        return new Record { InsuranceParticipation = participation, SourceRecordId = "S1" };
    }

    private static string SoleTraderCode()
    {
        var first17 = "92330382" + "MA2ABCD1" + OrgCode.CheckCharacter("MA2ABCD1");
        return first17 + Uscc.CheckCharacter(first17);
    }
}
