using DataHub.Kernel.Access;
using DataHub.Kernel.Faults;

namespace DataHub.Host.Access;

/// <summary>Whom a certificate stands for at this moment, or why it admits nobody.</summary>
/// <param name="Caller">Who it is; null where nobody is admitted.</param>
/// <param name="Refusal">Why nobody is admitted; null where somebody is.</param>
internal readonly record struct Admission(Caller? Caller, FaultException? Refusal)
{
    /// <summary>The register does not know the certificate; it may have been issued on another node a moment ago.</summary>
    public bool IsUnknown => Refusal?.Code == "CERTIFICATE_UNKNOWN";

    public static Admission Of(Caller caller) => new(caller, null);

    public static Admission Refused(FaultException refusal) => new(null, refusal);
}
