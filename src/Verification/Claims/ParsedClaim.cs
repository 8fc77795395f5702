using System.Globalization;
using DataHub.Kernel.Faults;
using DataHub.Kernel.Resources;
using DataHub.Kernel.Time;
using DataHub.V1;

namespace DataHub.Verification.Claims;

/// <summary>A claim that fits its resource: role, field and operator exist and go together.</summary>
/// <param name="Id">The asker's id of the claim.</param>
/// <param name="Schema">The resource asked about.</param>
/// <param name="Role">Role of the subject.</param>
/// <param name="Item">The information item; null for the bare question whether a record exists.</param>
/// <param name="List">List the item stands in, or null.</param>
/// <param name="Operator">The operator.</param>
/// <param name="Value">The value claimed, as sent.</param>
internal sealed record ParsedClaim(string Id, ResourceSchema Schema, SubjectRole Role, InformationItem? Item, string? List, Operator Operator, string Value)
{
    private const int MaxValueLength = 1_000;

    /// <summary>The item as claims, grants and the ledger name it, for example <c>owners[].name</c>; empty for the bare question whether a record exists.</summary>
    public string Field => (Item, List) switch
    {
        (null, _) => "",
        ({ } item, null) => item.Name,
        ({ } item, { } list) => $"{list}[].{item.Name}",
    };

    /// <summary>Checks a claim against the schema of its resource.</summary>
    /// <param name="claim">The claim as sent.</param>
    /// <param name="schema">The resource's schema.</param>
    /// <param name="path">Path of the claim, for example <c>claims[2]</c>.</param>
    /// <exception cref="FaultException">Something does not exist or does not fit; names the field.</exception>
    public static ParsedClaim Of(Claim claim, ResourceSchema schema, string path)
    {
        var id = Require.Text(claim.ClaimId, $"{path}.claim_id", maxLength: 40);
        var role = schema.Roles.FirstOrDefault(candidate => candidate.Role == claim.Role) ?? throw VerificationFaults.RoleUnknown($"{path}.role", schema.Resource);
        if (claim.Operator is Operator.Exists && claim.Field.Length == 0)
        {
            return new ParsedClaim(id, schema, role, null, null, claim.Operator, "");
        }

        var (item, list) = ItemOf(schema, role, claim.Field) ?? throw VerificationFaults.FieldUnknown($"{path}.field", schema.Resource);
        var value = claim.Operator is Operator.Exists ? "" : Require.Text(claim.Value, $"{path}.value", MaxValueLength);
        RequireFit(claim.Operator, item, value, path);
        return new ParsedClaim(id, schema, role, item, list, claim.Operator, value);
    }

    /// <summary>Path of the item in a record of the subject; the subject's own member where the item stands in a list.</summary>
    public string PathIn(SubjectRecord record) => List is null
        ? Item!.Name
        : string.Create(CultureInfo.InvariantCulture, $"{List}[{record.Element ?? 0}].{Item!.Name}");

    // Items of a list can be asked about only as the subject's own: owners[].share of the owner who is asked about.
    private static (InformationItem Item, string? List)? ItemOf(ResourceSchema schema, SubjectRole role, string field)
    {
        if (role.List is { } list && field.StartsWith($"{list}[].", StringComparison.Ordinal))
        {
            var members = schema.Items.First(item => item.Name == list).Items;
            return members.FirstOrDefault(item => item.Name == field[(list.Length + 3)..]) is { } member ? (member, list) : null;
        }

        return schema.Items.FirstOrDefault(item => item.Name == field && item.Type is not ItemType.List) is { } found ? (found, null) : null;
    }

    private static void RequireFit(Operator op, InformationItem item, string value, string path)
    {
        switch (op)
        {
            case Operator.Exists:
                return;
            case Operator.Equal or Operator.AtLeast when op is Operator.AtLeast && !IsOrdered(item.Type):
            case not (Operator.Equal or Operator.AtLeast):
                throw VerificationFaults.OperatorUnfit($"{path}.operator");
            default:
                if (!IsValueOf(item.Type, value))
                {
                    throw VerificationFaults.ValueUnfit($"{path}.value");
                }

                return;
        }
    }

    private static bool IsOrdered(ItemType type) => type is ItemType.Number or ItemType.WholeNumber or ItemType.Date or ItemType.Month;

    private static bool IsValueOf(ItemType type, string value) => type switch
    {
        ItemType.Number or ItemType.WholeNumber => decimal.TryParse(value, Comparison.NumberForm, CultureInfo.InvariantCulture, out _),
        ItemType.Date => CivilTime.TryParseDate(value, out _),
        ItemType.Month => CivilTime.TryParseMonth(value, out _),
        ItemType.Instant => Comparison.TryParseInstant(value, out _),
        ItemType.Boolean => value is "true" or "false",
        _ => true,
    };
}
