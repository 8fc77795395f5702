using DataHub.Kernel.Access;

namespace DataHub.Host.Access;

/// <summary>The register as it stood at one version.</summary>
/// <param name="Version">The version.</param>
/// <param name="Accounts">Accounts by id.</param>
/// <param name="Certificates">Certificates that had not expired, by thumbprint.</param>
/// <param name="Grants">Grants in force by consumer and resource; those that tell absence first.</param>
internal sealed record AccessSnapshot(
    long Version,
    IReadOnlyDictionary<string, BookAccount> Accounts,
    IReadOnlyDictionary<string, BookCertificate> Certificates,
    IReadOnlyDictionary<GrantUse, BookGrant[]> Grants)
{
    /// <summary>Whom a certificate stands for.</summary>
    public Admission Judge(ClientCertificate certificate, DateTimeOffset now)
    {
        if (now < certificate.Facts.NotBefore || now > certificate.Facts.NotAfter)
        {
            return Admission.Refused(AccessFaults.CertificateExpired());
        }

        if (!Certificates.TryGetValue(certificate.Facts.Thumbprint, out var known))
        {
            return JudgeOutside(certificate);
        }

        return known.IsRevoked ? Admission.Refused(AccessFaults.CertificateRevoked()) : Accounts[known.Account].Admit();
    }

    // The hub issues nothing it does not record; what an outside authority issues it only sees. Such an account is registered with that authority.
    private Admission JudgeOutside(ClientCertificate certificate) =>
        certificate.Account is { } id && Accounts.TryGetValue(id, out var account) && account.Authority is { } authority && authority == certificate.OutsideAuthority
            ? account.Admit()
            : Admission.Refused(AccessFaults.CertificateUnknown());
}

/// <summary>An account as access control needs it.</summary>
internal sealed record BookAccount(Caller Caller, AccountState State, bool IsOrganisationRetired, string? Authority)
{
    public Admission Admit() =>
        State is not AccountState.Active ? Admission.Refused(AccessFaults.NotActive(Caller.SystemId, State))
        : IsOrganisationRetired ? Admission.Refused(AccessFaults.OrganisationGone(Caller.SystemId))
        : Admission.Of(Caller);
}

/// <summary>Whose a certificate is.</summary>
internal sealed record BookCertificate(string Account, bool IsRevoked);

/// <summary>Who uses what.</summary>
internal readonly record struct GrantUse(string Consumer, string Resource);

/// <summary>A grant with what looking it up a hundred thousand times a second takes.</summary>
internal sealed class BookGrant
{
    // GB/T 39554.1: an implementation code ends in its basic code of 12 places.
    private const int ImplementationLength = 31;
    private const int BasicLength = 12;

    private readonly HashSet<string> _fields;
    private readonly HashSet<string> _purposes;
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _basicCodes;
    private readonly bool _anyField;
    private readonly bool _anyPurpose;

    public BookGrant(string id, GrantTerms terms)
    {
        _fields = new HashSet<string>(terms.Fields, StringComparer.Ordinal);
        _purposes = new HashSet<string>(terms.Purposes, StringComparer.Ordinal);
        _basicCodes = _purposes.GetAlternateLookup<ReadOnlySpan<char>>();
        _anyField = _fields.Contains(Grant.Any);
        _anyPurpose = _purposes.Contains(Grant.Any);
        Grant = new Grant
        {
            GrantId = id,
            Consumer = terms.Consumer,
            Resource = terms.Resource,
            Fields = _fields,
            Purposes = _purposes,
            Operations = terms.Operations,
            TellsAbsence = terms.TellsAbsence,
            RetentionDays = terms.RetentionDays,
            Until = terms.Until,
        };
    }

    public Grant Grant { get; }

    public bool Covers(IReadOnlyCollection<string> fields, string serviceItem, GrantOperations operation, DateOnly today) =>
        (Grant.Operations & operation) == operation
        && (Grant.Until is null || today <= Grant.Until)
        && CoversPurpose(serviceItem)
        && CoversFields(fields);

    private bool CoversPurpose(string serviceItem) => _anyPurpose
        || _purposes.Contains(serviceItem)
        || (serviceItem.Length == ImplementationLength && _basicCodes.Contains(serviceItem.AsSpan(ImplementationLength - BasicLength)));

    private bool CoversFields(IReadOnlyCollection<string> fields)
    {
        if (_anyField)
        {
            return true;
        }

        foreach (var field in fields)
        {
            if (!_fields.Contains(field))
            {
                return false;
            }
        }

        return true;
    }
}
