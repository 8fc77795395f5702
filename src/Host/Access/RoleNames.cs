using System.Collections.Frozen;
using DataHub.Kernel.Access;

namespace DataHub.Host.Access;

/// <summary>Roles, kinds and states as the database and people write them: one lower-case word.</summary>
internal static class RoleNames
{
    private static readonly FrozenDictionary<string, SystemRole> Roles =
        Enum.GetValues<SystemRole>().ToFrozenDictionary(role => role.ToString().ToLowerInvariant(), StringComparer.Ordinal);

    private static readonly FrozenDictionary<SystemRole, string> Words = Roles.ToFrozenDictionary(pair => pair.Value, pair => pair.Key);

    public static string Of(SystemRole role) => Words[role];

    public static string Of(AccountKind kind) => kind is AccountKind.Person ? "person" : "system";

    public static string Of(AccountState state) => state switch
    {
        AccountState.Active => "active",
        AccountState.Suspended => "suspended",
        _ => "closed",
    };

    public static string Of(ChangeState state) => state switch
    {
        ChangeState.Proposed => "proposed",
        ChangeState.Approved => "approved",
        ChangeState.Rejected => "rejected",
        _ => "withdrawn",
    };

    public static IReadOnlyList<SystemRole> RolesOf(IEnumerable<string> words) => [.. words.Select(word => Roles[word])];

    public static bool TryRole(string word, out SystemRole role) => Roles.TryGetValue(word, out role);

    public static AccountKind KindOf(string word) => word == "person" ? AccountKind.Person : AccountKind.System;

    public static AccountState StateOf(string word) => word switch
    {
        "active" => AccountState.Active,
        "suspended" => AccountState.Suspended,
        "closed" => AccountState.Closed,
        _ => throw new InvalidDataException($"{word} is no state of an account."),
    };

    public static ChangeState ChangeStateOf(string word) => word switch
    {
        "proposed" => ChangeState.Proposed,
        "approved" => ChangeState.Approved,
        "rejected" => ChangeState.Rejected,
        "withdrawn" => ChangeState.Withdrawn,
        _ => throw new InvalidDataException($"{word} is no state of a change."),
    };
}
