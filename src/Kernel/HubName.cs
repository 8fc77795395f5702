using System.Text.RegularExpressions;
using DataHub.Kernel.Faults;

namespace DataHub.Kernel;

/// <summary>Name of this hub; first part of every stream key, so that hubs can exchange events. <c>[a-z][a-z0-9_]{1,39}</c>, never <c>ext</c>.</summary>
public sealed partial record HubName
{
    /// <summary>A hub's name.</summary>
    /// <param name="value">The name.</param>
    /// <exception cref="FaultException">Not a slug, or <c>ext</c>: <c>HUB_NAME</c>.</exception>
    public HubName(string value) => Value = Slug().IsMatch(value) && value != "ext"
        ? value
        : throw new FaultException(FaultKind.Malformed, "HUB_NAME", "A hub's name has 2 to 40 of a-z, 0-9 and _, begins with a letter and is not ext.");

    /// <summary>The name.</summary>
    public string Value { get; }

    /// <summary>The name.</summary>
    public override string ToString() => Value;

    [GeneratedRegex(@"\A[a-z][a-z0-9_]{1,39}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Slug();
}
