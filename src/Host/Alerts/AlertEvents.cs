using DataHub.Host.Access;

namespace DataHub.Host.Alerts;

/// <summary>A security administrator has seen an alert; stream <c>{hub}/alert/{id}</c>. Stored for ever.</summary>
/// <param name="Id">Id of the alert.</param>
/// <param name="Act">Who, when.</param>
public sealed record AlertAcknowledged(long Id, AccessAct Act);
