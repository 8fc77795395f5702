namespace DataHub.Kernel.Access;

/// <summary>Who calls: whom the client certificate names, and what the register of accounts says of it.</summary>
/// <param name="SystemId">Id of the account (common name), for example <c>police-fep-1</c>; a batch's source.</param>
/// <param name="Organisation">Unified social credit code of the organisation that runs it.</param>
/// <param name="Roles">What it may be.</param>
public sealed record Caller(string SystemId, string Organisation, IReadOnlySet<SystemRole> Roles);
