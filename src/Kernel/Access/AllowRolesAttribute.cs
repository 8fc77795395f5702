namespace DataHub.Kernel.Access;

/// <summary>
/// Declares beside an RPC who may call it. A method without this attribute is denied to everyone; without roles named it is open to
/// every system with a certificate of a trusted authority.
/// </summary>
/// <param name="roles">Any one of these is enough; none = any registered system.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AllowRolesAttribute(params SystemRole[] roles) : Attribute
{
    /// <summary>Any one of these is enough; empty = any registered system.</summary>
    public IReadOnlyList<SystemRole> Roles { get; } = roles;
}
