using DataHub.Kernel.Access;

namespace DataHub.Host.Access;

/// <summary>An account to be registered.</summary>
/// <param name="Id">Id of the account.</param>
/// <param name="Kind">System or person.</param>
/// <param name="Organisation">Unified social credit code of its organisation, registered.</param>
/// <param name="Roles">What it may be; none twice.</param>
/// <param name="Authority">Key identifier of the outside authority whose certificates it shows; null = the hub's own.</param>
public sealed record ProposedAccount(string Id, AccountKind Kind, string Organisation, IReadOnlyList<SystemRole> Roles, string? Authority);

/// <summary>Other roles for an account.</summary>
/// <param name="Id">Id of the account.</param>
/// <param name="Roles">All it may be from then on; none twice.</param>
public sealed record ProposedRoles(string Id, IReadOnlyList<SystemRole> Roles);

/// <summary>What a grant allows.</summary>
/// <param name="Consumer">Unified social credit code of the organisation that may use it.</param>
/// <param name="Resource">Resource code.</param>
/// <param name="Fields">Information items, or <see cref="Grant.Any"/> alone.</param>
/// <param name="Purposes">Service item codes, or <see cref="Grant.Any"/> alone.</param>
/// <param name="Operations">What it allows.</param>
/// <param name="TellsAbsence">Whether NO_RECORD may be told apart from NO_MATCH.</param>
/// <param name="RetentionDays">How long the consumer may keep what it learned.</param>
/// <param name="Until">Last day it holds, inclusive, a civil date in Asia/Shanghai; null = no end.</param>
public sealed record GrantTerms(
    string Consumer,
    string Resource,
    IReadOnlyList<string> Fields,
    IReadOnlyList<string> Purposes,
    GrantOperations Operations,
    bool TellsAbsence,
    int RetentionDays,
    DateOnly? Until);

/// <summary>A grant to be made.</summary>
/// <param name="Id">Id it will have.</param>
/// <param name="Terms">What it allows.</param>
public sealed record ProposedGrant(string Id, GrantTerms Terms);

/// <summary>What one change does when it is approved: all of it or nothing, at most 1,000 of a kind.</summary>
public sealed record ChangeContent
{
    /// <summary>Accounts to be registered.</summary>
    public IReadOnlyList<ProposedAccount> Accounts { get; init; } = [];

    /// <summary>Accounts that get other roles.</summary>
    public IReadOnlyList<ProposedRoles> Roles { get; init; } = [];

    /// <summary>Ids of stopped accounts that may go on.</summary>
    public IReadOnlyList<string> Resumed { get; init; } = [];

    /// <summary>Ids of accounts to be closed.</summary>
    public IReadOnlyList<string> Closed { get; init; } = [];

    /// <summary>Grants to be made.</summary>
    public IReadOnlyList<ProposedGrant> Grants { get; init; } = [];

    /// <summary>Ids of grants to be revoked.</summary>
    public IReadOnlyList<string> RevokedGrants { get; init; } = [];

    /// <summary>Pseudonyms of persons whose keys are to be destroyed; the change's reason is the article or case that rests on.</summary>
    public IReadOnlyList<string> Erased { get; init; } = [];

    /// <summary>Ids of the accounts it is about.</summary>
    internal IEnumerable<string> AccountIds => Accounts.Select(account => account.Id).Concat(Roles.Select(roles => roles.Id)).Concat(Resumed).Concat(Closed);
}
