namespace DataHub.Kernel.Faults;

/// <summary>What sort of refusal a fault is; decides the gRPC status (<c>docs/ARCHITECTURE.md</c>, errors).</summary>
public enum FaultKind
{
    /// <summary>The request itself is wrong, whatever the state of the hub: INVALID_ARGUMENT with the field path.</summary>
    Malformed,

    /// <summary>The thing named does not exist: NOT_FOUND.</summary>
    Unknown,

    /// <summary>The thing exists already, with other content: ALREADY_EXISTS.</summary>
    Exists,

    /// <summary>The thing is in a state that forbids the act: FAILED_PRECONDITION.</summary>
    WrongState,

    /// <summary>Somebody else was faster; reading again and repeating helps: ABORTED.</summary>
    Conflict,

    /// <summary>The caller is known but may not do this: PERMISSION_DENIED.</summary>
    Denied,

    /// <summary>The caller did not prove who it is: UNAUTHENTICATED.</summary>
    Unauthenticated,

    /// <summary>A budget or limit is used up: RESOURCE_EXHAUSTED, with a retry delay where one is known.</summary>
    OverQuota,

    /// <summary>Something the hub needs is away: UNAVAILABLE, may be repeated.</summary>
    Unavailable,
}
