using DataHub.Kernel.Faults;
using DataHub.Kernel.Identifiers;
using FsCheck;
using FsCheck.Fluent;

namespace DataHub.Kernel.Tests.Identifiers;

/// <summary>What holds for every number, not only for those of the vectors.</summary>
public sealed class IdentifierProperties
{
    private static readonly string[] Checked = ["resident_id", "foreign_pr_id", "hmt_residence_permit", "uscc", "org_code", "elicence_id"];

    public static TheoryData<string> KindsWithCheck => [.. Checked];

    public static TheoryData<string> Kinds => [.. Vectors.Kinds];

    [Theory]
    [MemberData(nameof(KindsWithCheck))]
    public void Check_OneCharacterOfAValidNumberChanged_IsInvalid(string name)
    {
        // MOD 11 over values up to 35 cannot see a letter 11 away; the credit code around it can.
        var characters = name == "org_code" ? "0123456789" : "0123456789ABCDEFGHJKLMNPQRTUWXY";
        var kind = IdentifierKind.Find(name)!;
        Assert.All(Vectors.Valid(name), value =>
        {
            for (var i = 0; i < value.Length; i++)
            {
                Assert.All(Others(value, i, characters), other => Assert.False(kind.Check(other, Vectors.Today).IsValid, $"{value} -> {other}"));
            }
        });
    }

    [Fact]
    public void CheckCharacter_AnyResidentNumber_MakesItValid() => Prop.ForAll(First17.ToArbitrary(), first17 =>
        ResidentId.Check(first17 + ResidentId.CheckCharacter(first17), Vectors.Today).IsValid).QuickCheckThrowOnFailure();

    [Fact]
    public void Check_OneDigitOfAnyResidentNumberChanged_IsInvalid()
    {
        var changes = from first17 in First17 from place in Gen.Choose(0, 16) from step in Gen.Choose(1, 9) select (first17, place, step);
        Prop.ForAll(changes.ToArbitrary(), c =>
        {
            var number = (c.first17 + ResidentId.CheckCharacter(c.first17)).ToCharArray();
            number[c.place] = (char)('0' + ((number[c.place] - '0' + c.step) % 10));
            return !ResidentId.Check(new string(number), Vectors.Today).IsValid;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
    }

    [Fact]
    public void CheckCharacter_AnyOrganisation_MakesCodeAndCreditCodeValid()
    {
        var alphabet = Gen.Elements("0123456789ABCDEFGHJKLMNPQRTUWXY".ToCharArray()).ArrayOf(8).Select(c => new string(c));
        Prop.ForAll(alphabet.ToArbitrary(), first8 =>
        {
            var organisation = first8 + OrgCode.CheckCharacter(first8);
            var uscc = "91330382" + organisation;
            uscc += Uscc.CheckCharacter(uscc);
            return OrgCode.Check(organisation).IsValid && Uscc.Check(uscc).IsValid && Uscc.OrganisationCode(uscc) == organisation;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Create_AnySerialAndVersion_ParsesBackToItsParts()
    {
        var parts = from serial in Gen.Elements("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".ToCharArray()).NonEmptyListOf()
                    from version in Gen.Choose(1, 999)
                    select (serial: string.Concat(serial.Take(32)), version);
        Prop.ForAll(parts.ToArbitrary(), p =>
        {
            var read = ElicenceId.Parse(ElicenceId.Create("11100000MB03271699001", "11330105002500287C", p.serial, p.version));
            return (read.TypeCode, read.Issuer, read.Serial, read.Version) == ("11100000MB03271699001", "11330105002500287C", p.serial, p.version);
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Normalize_AnyText_IsIdempotent(string name)
    {
        var kind = IdentifierKind.Find(name)!;
        Prop.ForAll(ArbMap.Default.ArbFor<string?>(), raw =>
        {
            var once = kind.Normalize(raw);
            return kind.Normalize(once) == once;
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Check_AnyText_AnswersAndNeverThrows(string name) => Prop.ForAll(
        ArbMap.Default.ArbFor<string?>(),
        raw => !string.IsNullOrEmpty(IdentifierKind.Find(name)!.Check(raw, Vectors.Today).Rule)).QuickCheckThrowOnFailure();

    [Fact]
    public void Check_ValidNumbersOfEveryKind_AllocatesNothing()
    {
        var cases = Checked.Append("real_property_cert_no").Append("social_security_no").Append("resident_id_15")
            .SelectMany(name => Vectors.Valid(name).Select(value => (kind: IdentifierKind.Find(name)!, value))).ToArray();
        // The least of some rounds: the first one loads the tables, and a collection meanwhile blurs the count.
        Assert.Equal(0, Enumerable.Range(0, 5).Min(_ => AllocatedBy(cases)));
    }

    [Theory]
    [InlineData("1010519491231002")]
    [InlineData("1101051949123100A")]
    public void CheckCharacter_NotSeventeenDigits_Throws(string first17) =>
        Assert.Throws<ArgumentException>(() => ResidentId.CheckCharacter(first17));

    [Fact]
    public void Require_InvalidNumber_NamesFieldAndRuleButNotTheNumber()
    {
        var fault = Assert.Throws<FaultException>(() => IdentifierKind.Find("resident_id")!.Require("110105194912310021", "subject.id", Vectors.Today));
        Assert.Equal((FaultKind.Malformed, IdentifierKind.FaultCode, "subject.id"), (fault.Kind, fault.Code, fault.Field));
        Assert.Contains("check", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("1105194912", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Upgrade15_NotFifteenDigits_Throws() => Assert.Throws<FaultException>(() => ResidentId.Upgrade15("11010549123100"));

    [Fact]
    public void Find_UnknownName_IsNull() => Assert.Null(IdentifierKind.Find("passport"));

    private static long AllocatedBy((IdentifierKind Kind, string Value)[] cases)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var (kind, value) in cases)
        {
            kind.Check(kind.Normalize(value), Vectors.Today);
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static Gen<string> First17 =>
        from division in Gen.Elements("330382", "110105", "371202", "442000", "830000")
        from days in Gen.Choose(0, 45_000)
        from sequence in Gen.Choose(0, 999)
        select $"{division}{new DateOnly(1900, 1, 1).AddDays(days):yyyyMMdd}{sequence:D3}";

    private static IEnumerable<string> Others(string value, int place, string characters) =>
        from c in characters
        where c != value[place] && (characters.Length > 10 || char.IsAsciiDigit(value[place]))
        select $"{value.AsSpan(0, place)}{c}{value.AsSpan(place + 1)}";
}
