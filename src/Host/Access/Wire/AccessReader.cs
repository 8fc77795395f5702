using System.Text.RegularExpressions;
using DataHub.Crypto.Sealing;
using DataHub.Kernel.Access;
using DataHub.Kernel.Faults;
using DataHub.Kernel.Identifiers;
using DataHub.Kernel.Time;
using DataHub.V1;
using DataHub.Verification.Asking;
using Google.Protobuf.Collections;

namespace DataHub.Host.Access.Wire;

/// <summary>Reads proposals as they come over the wire; every fault names its field.</summary>
internal static partial class AccessReader
{
    private const int MostParts = 1_000;
    private const int MostErased = 100;
    private const int MostWords = 300;
    private const int LongestRetentionDays = 3_650;

    public static ChangeContent Accounts(IReadOnlyList<ProposedAccountEntry> accounts)
    {
        RequireCount(accounts.Count, "accounts");
        RequireDifferent(accounts.Select(account => account.AccountId), "accounts", "account_id");
        return new ChangeContent { Accounts = [.. accounts.Select((account, index) => Account(account, $"accounts[{index}]"))] };
    }

    public static ChangeContent Roles(IReadOnlyList<ProposedRolesEntry> accounts)
    {
        RequireCount(accounts.Count, "accounts");
        RequireDifferent(accounts.Select(account => account.AccountId), "accounts", "account_id");
        return new ChangeContent
        {
            Roles = [.. accounts.Select((account, index) =>
                new ProposedRoles(AccountId(account.AccountId, $"accounts[{index}].account_id"), Roles(account.Roles, $"accounts[{index}].roles")))],
        };
    }

    public static ChangeContent States(IReadOnlyList<string> resume, IReadOnlyList<string> close)
    {
        RequireCount(resume.Count + close.Count, "resume");
        RequireDifferent(resume.Concat(close), "resume", "");
        return new ChangeContent
        {
            Resumed = [.. resume.Select((id, index) => AccountId(id, $"resume[{index}]"))],
            Closed = [.. close.Select((id, index) => AccountId(id, $"close[{index}]"))],
        };
    }

    public static ChangeContent Grants(IReadOnlyList<GrantEntry> grants, TimeProvider time)
    {
        RequireCount(grants.Count, "grants");
        var today = CivilTime.Today(time);
        return new ChangeContent
        {
            Grants = [.. grants.Select((grant, index) => new ProposedGrant(Guid.CreateVersion7(time.GetUtcNow()).ToString("N"), Terms(grant, today, $"grants[{index}]")))],
        };
    }

    public static ChangeContent Revocation(IReadOnlyList<string> grants)
    {
        RequireCount(grants.Count, "grant_ids");
        RequireDifferent(grants, "grant_ids", "");
        return new ChangeContent { RevokedGrants = [.. grants.Select((id, index) => Require.Text(id, $"grant_ids[{index}]", maxLength: 64))] };
    }

    /// <summary>Persons to be erased, as their pseudonyms; the ids go no further. Organisations are no persons, and nothing of them is sealed for their own sake.</summary>
    public static ChangeContent Erasure(IReadOnlyList<SubjectId> subjects, Pseudonyms pseudonyms, DateOnly today)
    {
        if (subjects.Count is 0 or > MostErased)
        {
            throw Require.Malformed("FIELD_COUNT", "subjects", $"must have 1 to {MostErased} parts");
        }

        string[] erased = [.. subjects.Select((subject, index) => Person(subject, pseudonyms, today, $"subjects[{index}]"))];
        RequireDifferent(erased, "subjects", "id");
        return new ChangeContent { Erased = erased };
    }

    public static string Reason(string reason) => Require.Text(reason, "reason", maxLength: 200);

    public static string AccountId(string id, string field) =>
        AccountIdForm.IsMatch(id) ? id : throw Require.Malformed("ACCOUNT_ID_INVALID", field, "must be 1 to 64 of a-z, 0-9, '.', '_', '-', beginning with a letter or digit");

    public static string Organisation(string uscc, string field) =>
        Uscc.Check(uscc).IsValid ? uscc : throw Require.Malformed("ORGANISATION_INVALID", field, "must be a unified social credit code (GB 32100)");

    private static string Person(SubjectId subject, Pseudonyms pseudonyms, DateOnly today, string at)
    {
        if (subject.IdType == "uscc")
        {
            throw Require.Malformed("SUBJECT_ID_TYPE", $"{at}.id_type", "must name a person");
        }

        try
        {
            return AskedSubject.Of(subject, pseudonyms, today).Pseudonym;
        }
        catch (FaultException fault)
        {
            throw new FaultException(fault.Kind, fault.Code, fault.Message, fault) { Field = $"{at}.{fault.Field?["subject.".Length..]}" };
        }
    }

    private static ProposedAccount Account(ProposedAccountEntry account, string at)
    {
        if (account.Roles.Count == 0)
        {
            throw Require.Malformed("FIELD_REQUIRED", $"{at}.roles", "is required");
        }

        return new ProposedAccount(
            AccountId(account.AccountId, $"{at}.account_id"),
            account.Type switch
            {
                AccountType.System => AccountKind.System,
                AccountType.Person => AccountKind.Person,
                _ => throw Require.Malformed("FIELD_REQUIRED", $"{at}.type", "is required"),
            },
            Organisation(account.Organisation, $"{at}.organisation"),
            Roles(account.Roles, $"{at}.roles"),
            Authority(account.Authority, $"{at}.authority"));
    }

    private static string? Authority(string authority, string field) => authority.Length == 0 ? null
        : AuthorityForm.IsMatch(authority) ? authority
        : throw Require.Malformed("AUTHORITY_INVALID", field, "must be a key identifier, 8 to 64 lower-case hexadecimal digits");

    private static IReadOnlyList<SystemRole> Roles(RepeatedField<AccountRole> roles, string field)
    {
        foreach (var role in roles)
        {
            if (!Enum.IsDefined((SystemRole)role))
            {
                throw Require.Malformed("ROLE_UNKNOWN", field, "must name roles of this hub");
            }
        }

        return roles.Distinct().Count() == roles.Count ? [.. roles.Select(role => (SystemRole)role)] : throw Require.Malformed("ROLE_TWICE", field, "names a role twice");
    }

    private static GrantTerms Terms(GrantEntry grant, DateOnly today, string at) => new(
        Organisation(grant.Consumer, $"{at}.consumer"),
        ResourceForm.IsMatch(grant.Resource) ? grant.Resource : throw Require.Malformed("RESOURCE_INVALID", $"{at}.resource", "must be a resource code"),
        Words(grant.Fields, $"{at}.fields", FieldForm.IsMatch, "must be names of information items, or * alone"),
        Words(grant.Purposes, $"{at}.purposes", IsServiceItem, "must be service item codes of 31 or 12 places (GB/T 39554.1), or * alone"),
        Operations(grant.Operations, $"{at}.operations"),
        grant.TellsAbsence,
        grant.RetentionDays is >= 0 and <= LongestRetentionDays
            ? grant.RetentionDays
            : throw Require.Malformed("RETENTION_INVALID", $"{at}.retention_days", $"must be 0 to {LongestRetentionDays} days"),
        Until(grant.Until, today, $"{at}.until"));

    private static DateOnly? Until(string until, DateOnly today, string field) => until.Length == 0 ? null
        : CivilTime.ParseDate(until, field) is var last && last >= today ? last
        : throw Require.Malformed("DATE_PAST", field, "is over already");

    private static GrantOperations Operations(RepeatedField<GrantOperation> operations, string field)
    {
        var all = GrantOperations.None;
        foreach (var operation in operations)
        {
            all |= operation switch
            {
                GrantOperation.Verify => GrantOperations.Verify,
                GrantOperation.Prefill => GrantOperations.Prefill,
                GrantOperation.Present => GrantOperations.Present,
                GrantOperation.Subscribe => GrantOperations.Subscribe,
                GrantOperation.Export => GrantOperations.Export,
                _ => throw Require.Malformed("OPERATION_UNKNOWN", field, "must name operations of this hub"),
            };
        }

        return all is GrantOperations.None ? throw Require.Malformed("FIELD_REQUIRED", field, "is required") : all;
    }

    private static IReadOnlyList<string> Words(RepeatedField<string> words, string field, Func<string, bool> isWord, string rest)
    {
        if (words.Count is 0 or > MostWords)
        {
            throw Require.Malformed("FIELD_COUNT", field, $"must have 1 to {MostWords} words");
        }

        return (words.Count == 1 && words[0] == Grant.Any) || words.All(isWord) ? [.. words.Distinct(StringComparer.Ordinal)] : throw Require.Malformed("GRANT_WORD", field, rest);
    }

    private static bool IsServiceItem(string code) => ServiceItemImpl.Check(code).IsValid || ServiceItemBasic.Check(code).IsValid;

    private static void RequireCount(int count, string field)
    {
        if (count is 0 or > MostParts)
        {
            throw Require.Malformed("FIELD_COUNT", field, $"must have 1 to {MostParts} parts");
        }
    }

    private static void RequireDifferent(IEnumerable<string> keys, string field, string member)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, key) in keys.Index())
        {
            if (!seen.Add(key))
            {
                throw Require.Malformed("NAMED_TWICE", member.Length == 0 ? field : $"{field}[{index}].{member}", "names the same thing twice");
            }
        }
    }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9._-]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex AccountIdForm { get; }

    [GeneratedRegex(@"\A[0-9a-f]{8,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex AuthorityForm { get; }

    [GeneratedRegex(@"\A[a-z][a-z0-9_]{1,39}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ResourceForm { get; }

    // A member of a list is named with it: owners[].id_no.
    [GeneratedRegex(@"\A[a-z][a-z0-9_]{0,39}(\[\]\.[a-z][a-z0-9_]{0,39})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex FieldForm { get; }
}
