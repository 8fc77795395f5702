using DataHub.Kernel.Access;
using Grpc.Core;

namespace DataHub.Contracts;

/// <summary>Who calls, as services see it.</summary>
public static class CallerContext
{
    private static readonly object Key = new();

    /// <summary>The authenticated caller of this call.</summary>
    /// <param name="context">The call.</param>
    /// <exception cref="InvalidOperationException">Access control did not run before the service.</exception>
    public static Caller Caller(this ServerCallContext context) =>
        context.UserState.TryGetValue(Key, out var caller)
            ? (Caller)caller
            : throw new InvalidOperationException("Access control has not run for this call.");

    /// <summary>The authenticated caller of this call; null where access control refused it, has not run yet, or let a stranger in.</summary>
    /// <param name="context">The call.</param>
    public static Caller? FindCaller(this ServerCallContext context) => context.UserState.TryGetValue(Key, out var caller) ? (Caller)caller : null;

    /// <summary>Notes the caller; done once, by access control.</summary>
    /// <param name="context">The call.</param>
    /// <param name="caller">Who it is, as the register says.</param>
    public static void SetCaller(this ServerCallContext context, Caller caller) => context.UserState[Key] = caller;
}
