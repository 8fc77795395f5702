using DataHub.Crypto.Sealing;
using DataHub.V1;
using DataHub.Verification.Answering;

namespace DataHub.Verification.Tests.Answering;

public sealed class SubjectIdsTests(VerificationFixture run)
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
    public void PseudonymOf_HoweverWritten_IsTheOneRecordsAreKeptUnder(string idType, string id, string kind, string canonical) =>
        Assert.Equal(Pseudonyms.OfSubject(kind, canonical), SubjectIds.PseudonymOf(new SubjectId { IdType = idType, Id = id }, Pseudonyms, Today));

    [Theory]
    [InlineData("", "11010519491231002X", "FIELD_REQUIRED", "subject.id_type")]
    [InlineData("resident_id", "", "FIELD_REQUIRED", "subject.id")]
    [InlineData("passport", "E12345678", "SUBJECT_ID_TYPE", "subject.id_type")]
    [InlineData("org_code", "799655058", "SUBJECT_ID_TYPE", "subject.id_type")]
    [InlineData("resident_id", "110105194912310021", "SUBJECT_ID", "subject.id")]
    [InlineData("resident_id", "110105491332002", "SUBJECT_ID", "subject.id")]
    [InlineData("hmt_residence_permit", "11010519491231002X", "SUBJECT_ID", "subject.id")]
    public void PseudonymOf_WrongSubject_IsRefusedWithoutItsNumber(string idType, string id, string code, string field)
    {
        var fault = Houses.Refused(code, () => SubjectIds.PseudonymOf(new SubjectId { IdType = idType, Id = id }, Pseudonyms, Today));
        Assert.Equal(field, fault.Field);
        Assert.True(id.Length == 0 || !fault.Message.Contains(id, StringComparison.Ordinal));
    }

    [Fact]
    public void PseudonymOf_NoSubject_IsRefused() => Houses.Refused("FIELD_REQUIRED", () => SubjectIds.PseudonymOf(null, Pseudonyms, Today));
}
