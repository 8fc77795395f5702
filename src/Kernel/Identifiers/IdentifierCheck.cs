namespace DataHub.Kernel.Identifiers;

/// <summary>What a strict check found: valid, or the first rule broken.</summary>
/// <param name="IsValid">True when the value is in its strict form and every rule holds.</param>
/// <param name="Rule"><c>ok</c> or one word of <see cref="IdentifierRule"/>; permanent, fit for reports and faults.</param>
public readonly record struct IdentifierCheck(bool IsValid, string Rule)
{
    /// <summary>The check that found this fault.</summary>
    /// <param name="brokenRule">A word of <see cref="IdentifierRule"/>; null when every rule holds.</param>
    public static IdentifierCheck Of(string? brokenRule) =>
        brokenRule is null ? new(true, IdentifierRule.Ok) : new(false, brokenRule);
}
