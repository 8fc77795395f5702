namespace DataHub.Host.Quotas;

/// <summary>Sorts of calls, in the order in which waiting ones are served.</summary>
internal enum CallClass
{
    /// <summary>Somebody stands at a counter: questions about people, licences shown.</summary>
    Verify,

    /// <summary>Records coming in, licences minted.</summary>
    Push,

    /// <summary>Looking around: directory, reports.</summary>
    Search,

    /// <summary>Everything else: administration, enrolment, audit.</summary>
    Administer,
}

/// <summary>Which method is of which sort.</summary>
internal static class CallClasses
{
    private const string Ours = "/datahub.";

    /// <summary>The sort of a method; null = not counted: health and reflection, which say how the hub is when it is busy.</summary>
    /// <param name="method">Full name as called, <c>/datahub.v1.VerificationService/Verify</c>.</param>
    public static CallClass? Of(string method)
    {
        if (!method.StartsWith(Ours, StringComparison.Ordinal))
        {
            return null;
        }

        var service = method.AsSpan(method.LastIndexOf('.') + 1);
        return service switch
        {
            "VerificationService/ReconcileCases" or "VerificationService/ListReconciliations" => CallClass.Administer,
            "LicenceService/Verify" or "LicenceService/Find" or "LicenceService/Get" => CallClass.Verify,
            _ when service.StartsWith("VerificationService/") => CallClass.Verify,
            _ when service.StartsWith("ExchangeService/") || service.StartsWith("LicenceService/") => CallClass.Push,
            _ when service.StartsWith("CatalogService/") || service.StartsWith("StewardshipService/") => CallClass.Search,
            _ => CallClass.Administer,
        };
    }
}
