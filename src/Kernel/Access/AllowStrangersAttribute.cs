namespace DataHub.Kernel.Access;

/// <summary>Declares beside an RPC that it is open to those who have no certificate yet: enrolment, and nothing else. Only few such calls run at once.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AllowStrangersAttribute : Attribute;
