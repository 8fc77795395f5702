using DataHub.Kernel.Faults;

namespace DataHub.Crypto.Tests;

internal static class Refused
{
    /// <summary>Expects a refusal with this code.</summary>
    public static FaultException With(string code, Action act)
    {
        var fault = Assert.Throws<FaultException>(act);
        Assert.Equal(code, fault.Code);
        return fault;
    }
}
