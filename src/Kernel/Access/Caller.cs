namespace DataHub.Kernel.Access;

/// <summary>Who calls: what the client certificate says.</summary>
/// <param name="SystemId">The system's id (common name), for example <c>police-fep-1</c>; a batch's source.</param>
/// <param name="Organisation">Unified social credit code of the organisation that runs it.</param>
/// <param name="Roles">What the system may be.</param>
public sealed record Caller(string SystemId, string Organisation, IReadOnlySet<SystemRole> Roles);
