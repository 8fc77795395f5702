using System.Globalization;
using System.Reflection;
using DataHub.Kernel.Identifiers;

namespace DataHub.Kernel.Tests.Identifiers;

/// <summary>Every reference vector of every kind. The rule that fails first is advisory and only has to be one of the known words.</summary>
public sealed class VectorTests
{
    public static TheoryData<string> Kinds => [.. Vectors.Kinds];

    [Fact]
    public void All_KindsOfTheVectors_AreTheKindsOfTheRegistry() =>
        Assert.Equal(Vectors.Kinds.Order(), IdentifierKind.All.Select(k => k.Name).Order());

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Check_EveryVector_SaysWhatTheVectorSays(string kind) =>
        Assert.All(Vectors.Of(kind), v => Assert.True(v.Valid == Check(kind, v.Value).IsValid, $"{v.Value}: {v.Reason}; got {Check(kind, v.Value).Rule}"));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Check_EveryVector_AnswersOneOfTheRuleWords(string kind)
    {
        var words = typeof(IdentifierRule).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (string)f.GetRawConstantValue()!).ToHashSet();
        Assert.All(Vectors.Of(kind), v => Assert.Contains(Check(kind, v.Value).Rule, words));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Normalize_VectorWithNormalForm_GivesItAndItIsValid(string kind) => Assert.All(
        Vectors.Of(kind).Where(v => v.Expected("normalized") is not null),
        v =>
        {
            Assert.Equal(v.Expected("normalized"), Normalize(kind, v.Value));
            Assert.True(Check(kind, v.Expected("normalized")).IsValid, v.Reason);
        });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Normalize_ValidVector_IsTheSameInstance(string kind) =>
        Assert.All(Vectors.Valid(kind), value => Assert.Same(value, Normalize(kind, value)));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Check_InvalidVectorWithoutNormalForm_StaysInvalidNormalized(string kind) => Assert.All(
        Vectors.Of(kind).Where(v => !v.Valid && v.Expected("normalized") is null && !IsOtherNotation(v)),
        v => Assert.False(Check(kind, Normalize(kind, v.Value)).IsValid, $"{v.Value}: {v.Reason}"));

    [Theory]
    [InlineData("resident_id")]
    [InlineData("foreign_pr_id")]
    [InlineData("hmt_residence_permit")]
    public void BirthDateAndSex_ValidPersonalNumber_AreThoseOfTheVector(string kind) => Assert.All(
        Vectors.Of(kind).Where(v => v.Valid),
        v =>
        {
            Assert.Equal(v.Expected("birth_date"), ResidentId.BirthDate(v.Value!).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            Assert.Equal(v.Expected("sex"), ResidentId.Sex(v.Value!));
        });

    [Fact]
    public void Upgrade15_ValidVector_IsTheUpgradedNumberAndValid() => Assert.All(
        Vectors.Of("resident_id_15").Where(v => v.Valid),
        v =>
        {
            Assert.Equal(v.Expected("upgraded"), ResidentId.Upgrade15(v.Value!));
            Assert.True(Check("resident_id", v.Expected("upgraded")).IsValid);
        });

    [Fact]
    public void Find_ValidDivisionVector_HasItsLevelAndStatus() => Assert.All(
        Vectors.Of("division_code").Where(v => v.Valid),
        v =>
        {
            var division = Divisions.Find(v.Value)!;
            Assert.Equal(v.Expected("level"), division.Level.ToString(), ignoreCase: true);
            Assert.Equal(v.Expected("status"), division.Status.ToString(), ignoreCase: true);
        });

    /// <summary>Values that are another notation of a valid one; the vectors give no normal form for every such value.</summary>
    private static bool IsOtherNotation(Vector vector) => vector.Reason.Contains("space", StringComparison.Ordinal)
        || vector.Reason == "lower case" || vector.Value is "33-0382" or "A1234567８";

    private static IdentifierCheck Check(string kind, string? value) => IdentifierKind.Find(kind)!.Check(value, Vectors.Today);

    private static string? Normalize(string kind, string? value) => IdentifierKind.Find(kind)!.Normalize(value);
}
