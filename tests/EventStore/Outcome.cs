using DataHub.Kernel.Faults;

namespace DataHub.EventStore.Tests;

internal static class Outcome
{
    /// <summary><c>won</c>, or the code of the refusal.</summary>
    public static async Task<string> OfAsync(Func<Task> act)
    {
        try
        {
            await act();
            return "won";
        }
        catch (FaultException fault)
        {
            return fault.Code;
        }
    }
}
