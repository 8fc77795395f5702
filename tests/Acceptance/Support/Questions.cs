using DataHub.Town;
using DataHub.V1;

namespace DataHub.Acceptance.Tests.Support;

/// <summary>Verification questions as an approval system asks them.</summary>
internal static class Questions
{
    public static readonly Purpose Purpose = new()
    {
        ServiceItemCode = "12330382MA9705089N3330715901000",
        CaseNo = "CASE-1",
        LegalBasis = "不动产登记暂行条例实施细则第三十八条",
    };

    public static VerifyRequest About(string idType, string id, string resource, string role, string field, Operator op, string value) => new()
    {
        RequestId = Guid.NewGuid().ToString(),
        Subject = new SubjectId { IdType = idType, Id = id },
        Purpose = Purpose.Clone(),
        Claims = { new Claim { ClaimId = "c1", Resource = resource, Role = role, Field = field, Operator = op, Value = value } },
    };

    public static VerifyRequest IsCalled(TownPerson person, string name) => IsCalled(person.Id, name);

    public static VerifyRequest IsCalled(string id, string name) =>
        About("resident_id", id, "population_person", "person", "full_name", Operator.Equal, name);

    public static VerifyRequest OwnsProperty(TownPerson person) =>
        About("resident_id", person.Id, "real_property_right", "owner", "right_status", Operator.Equal, "1");

    public static VerifyRequest HasPaidMonths(TownPerson person, string months) =>
        About("resident_id", person.Id, "insurance_participation", "insured", "paid_months", Operator.AtLeast, months);

    public static VerifyRequest IsRegistered(TownPerson person) =>
        About("resident_id", person.Id, "population_person", "person", "", Operator.Exists, "");

    public static VerifyRequest Represents(TownPerson person) =>
        About("resident_id", person.Id, "legal_entity", "legal_rep", "", Operator.Exists, "");

    public static VerifyRequest IsInBusiness(string uscc) =>
        About("uscc", uscc, "legal_entity", "entity", "reg_status", Operator.Equal, "1");
}
