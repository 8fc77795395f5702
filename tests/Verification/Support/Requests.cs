using DataHub.V1;

namespace DataHub.Verification.Tests.Support;

/// <summary>Questions as an approval system asks them.</summary>
internal static class Requests
{
    public const string Zhang = "11010519491231002X";
    public const string ServiceItem = "000110001000";

    public static VerifyRequest Of(string id, params Claim[] claims) => About(Zhang, id, claims);

    public static VerifyRequest About(string subject, string id, params Claim[] claims) => new()
    {
        RequestId = id,
        Subject = new SubjectId { IdType = "resident_id", Id = subject },
        Purpose = new Purpose { ServiceItemCode = ServiceItem, CaseNo = "BJ-2026-0001", LegalBasis = "不动产登记暂行条例第十六条" },
        Claims = { claims },
    };

    public static VerifyRequest Changed(Action<VerifyRequest> change)
    {
        var request = Of("r1", Houses.Claim("area", value: "60"));
        change(request);
        return request;
    }
}
