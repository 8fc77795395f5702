using DataHub.Kernel.Faults;
using DataHub.Kernel.Identifiers;
using DataHub.V1;

namespace DataHub.Verification.Asking;

/// <summary>What a question is for; no question is answered without.</summary>
/// <param name="ServiceItem">Implementation code (31 places) or basic code (12 places) of the service item, GB/T 39554.1.</param>
/// <param name="CaseNo">Case number of the approval system.</param>
/// <param name="LegalBasis">The article relied on.</param>
internal sealed record AskedPurpose(string ServiceItem, string CaseNo, string LegalBasis)
{
    /// <summary>Longest case number.</summary>
    public const int MaxCaseNo = 64;

    /// <summary>The purpose as sent, checked.</summary>
    /// <param name="purpose">As sent.</param>
    /// <param name="today">Civil date now.</param>
    /// <exception cref="FaultException">Something is missing or not of its form; names the field.</exception>
    public static AskedPurpose Of(Purpose? purpose, DateOnly today)
    {
        var item = ServiceItemOf(purpose?.ServiceItemCode, "purpose.service_item_code", today);
        var caseNo = Require.Text(purpose?.CaseNo, "purpose.case_no", MaxCaseNo);
        var basis = Require.Text(purpose?.LegalBasis, "purpose.legal_basis", maxLength: 200);
        return basis.Length >= 2
            ? new AskedPurpose(item, caseNo, basis)
            : throw Require.Malformed("FIELD_TOO_SHORT", "purpose.legal_basis", "must name the article relied on");
    }

    /// <summary>A service item code, checked.</summary>
    /// <param name="code">As sent.</param>
    /// <param name="field">Path of the field.</param>
    /// <param name="today">Civil date now.</param>
    /// <exception cref="FaultException">Missing, or neither of the two codes.</exception>
    public static string ServiceItemOf(string? code, string field, DateOnly today)
    {
        var item = Require.Text(code, field, maxLength: 33);
        return ServiceItemImpl.Check(item, today).IsValid || ServiceItemBasic.Check(item, today).IsValid
            ? item
            : throw Require.Malformed("SERVICE_ITEM_CODE", field, "is neither an implementation code (31 places) nor a basic code (12 places)");
    }
}
