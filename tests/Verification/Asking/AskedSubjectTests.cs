using DataHub.Crypto.Sealing;
using DataHub.Kernel.Identifiers;
using DataHub.V1;
using DataHub.Verification.Asking;

namespace DataHub.Verification.Tests.Asking;

public sealed class AskedSubjectTests(VerificationFixture run)
{
    private static readonly DateOnly Today = new(2026, 3, 1);

    private Pseudonyms Pseudonyms => run.Keys.Pseudonyms;

    [Theory]
    [InlineData("resident_id", "11010519491231002X", "resident_id", "11010519491231002X")]
    [InlineData("resident_id", " １１０１０５１９４９１２３１００２ｘ", "resident_id", "11010519491231002X")]
    [InlineData("resident_id", "110105491231002", "resident_id", "11010519491231002X")]
    [InlineData("hmt_residence_permit", "810000199408230021", "resident_id", "810000199408230021")]
    [InlineData("foreign_pr_id", "911124198108030024", "foreign_pr_id", "911124198108030024")]
    [InlineData("uscc", "91330100799655058b", "uscc", "91330100799655058B")]
    public void Of_HoweverWritten_IsTheOneRecordsAreKeptUnder(string idType, string id, string kind, string canonical) =>
        Assert.Equal(Pseudonyms.OfSubject(kind, canonical), AskedSubject.Of(new SubjectId { IdType = idType, Id = id }, Pseudonyms, Today).Pseudonym);

    [Theory]
    [InlineData("", "11010519491231002X", "FIELD_REQUIRED", "subject.id_type")]
    [InlineData("resident_id", "", "FIELD_REQUIRED", "subject.id")]
    [InlineData("passport", "E12345678", "SUBJECT_ID_TYPE", "subject.id_type")]
    [InlineData("org_code", "799655058", "SUBJECT_ID_TYPE", "subject.id_type")]
    [InlineData("resident_id", "110105194912310021", "SUBJECT_ID", "subject.id")]
    [InlineData("resident_id", "110105491332002", "SUBJECT_ID", "subject.id")]
    [InlineData("hmt_residence_permit", "11010519491231002X", "SUBJECT_ID", "subject.id")]
    public void Of_WrongSubject_IsRefusedWithoutItsNumber(string idType, string id, string code, string field)
    {
        var fault = Houses.Refused(code, () => AskedSubject.Of(new SubjectId { IdType = idType, Id = id }, Pseudonyms, Today));
        Assert.Equal(field, fault.Field);
        Assert.True(id.Length == 0 || !fault.Message.Contains(id, StringComparison.Ordinal));
    }

    [Fact]
    public void Of_NoSubject_IsRefused() => Houses.Refused("FIELD_REQUIRED", () => AskedSubject.Of(null, Pseudonyms, Today));

    [Fact]
    public void Of_IdsThatDifferInTheRunningNumber_AreNeighbours()
    {
        var one = AskedSubject.Of(new SubjectId { IdType = "resident_id", Id = "11010519491231002X" }, Pseudonyms, Today);
        var next = AskedSubject.Of(new SubjectId { IdType = "resident_id", Id = "110105491231003" }, Pseudonyms, Today);
        var elsewhere = AskedSubject.Of(new SubjectId { IdType = "resident_id", Id = "11010519491230002" + ResidentId.CheckCharacter("11010519491230002") }, Pseudonyms, Today);
        Assert.Equal(one.Neighbourhood, next.Neighbourhood);
        Assert.NotEqual(one.Pseudonym, next.Pseudonym);
        Assert.NotEqual(one.Neighbourhood, elsewhere.Neighbourhood);
        Assert.Null(AskedSubject.Of(new SubjectId { IdType = "uscc", Id = "91330100799655058B" }, Pseudonyms, Today).Neighbourhood);
    }
}
