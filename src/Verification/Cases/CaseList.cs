using DataHub.Kernel.Faults;
using DataHub.V1;
using DataHub.Verification.Asking;
using Google.Protobuf.WellKnownTypes;

namespace DataHub.Verification.Cases;

/// <summary>The cases an approval system had in a period, as it says.</summary>
/// <param name="From">Begin of the period, inclusive.</param>
/// <param name="To">End of the period, exclusive.</param>
/// <param name="Cases">Each once, in the order sent.</param>
internal sealed record CaseList(DateTimeOffset From, DateTimeOffset To, IReadOnlyList<ListedCase> Cases)
{
    private const int MaxCases = 10_000;

    private static readonly TimeSpan MaxPeriod = TimeSpan.FromDays(31);

    /// <summary>The list as sent, checked.</summary>
    /// <param name="request">As sent.</param>
    /// <param name="now">Now.</param>
    /// <param name="today">Civil date now.</param>
    /// <exception cref="FaultException">Something is missing, too much or not of its form; names the field.</exception>
    public static CaseList Of(ReconcileCasesRequest request, DateTimeOffset now, DateOnly today)
    {
        var from = InstantOf(request.From, "from");
        var to = InstantOf(request.To, "to");
        if (to <= from || to - from > MaxPeriod || to > now)
        {
            throw VerificationFaults.PeriodUnfit("to", "must be after from, by 31 days at most, and not later than now");
        }

        if (request.Items.Sum(item => (long)item.CaseNo.Count) > MaxCases)
        {
            throw VerificationFaults.TooManyCases(MaxCases);
        }

        return new CaseList(from, to, [.. request.Items.Index().SelectMany(item => CasesOf(item.Item, $"items[{item.Index}]", today)).Distinct()]);
    }

    private static IEnumerable<ListedCase> CasesOf(ItemCases item, string path, DateOnly today)
    {
        var code = AskedPurpose.ServiceItemOf(item.ServiceItemCode, $"{path}.service_item_code", today);
        return item.CaseNo.Select((caseNo, index) => new ListedCase(code, Require.Text(caseNo, $"{path}.case_no[{index}]", AskedPurpose.MaxCaseNo)));
    }

    // Seconds far outside the calendar cannot be read.
    private static DateTimeOffset InstantOf(Timestamp? sent, string field)
    {
        try
        {
            return sent?.ToDateTimeOffset() ?? throw VerificationFaults.PeriodUnfit(field, "is required");
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentOutOfRangeException)
        {
            throw VerificationFaults.PeriodUnfit(field, "is no time of the calendar");
        }
    }
}

/// <summary>A case as an approval system lists it.</summary>
/// <param name="ServiceItem">Service item code.</param>
/// <param name="CaseNo">Case number.</param>
internal readonly record struct ListedCase(string ServiceItem, string CaseNo);
