using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using DataHub.Kernel.Faults;

namespace DataHub.Crypto.Certificates;

/// <summary>
/// Who a client certificate says its bearer is: CN the account's id, O the organisation's unified social credit code. Certificates of earlier versions hold roles as OU; nobody believes them any
/// more, the register of accounts says what an account may be.
/// </summary>
public sealed partial record TlsIdentity
{
    /// <summary>An identity to be certified.</summary>
    /// <param name="systemId">Id of the system: lower-case letters, digits, '.', '_', '-', up to 64 characters.</param>
    /// <param name="organisation">Unified social credit code, 18 characters; its check character is the registry's business.</param>
    /// <param name="roles">Roles as earlier versions wrote them, slugs, none twice; as a rule none.</param>
    /// <exception cref="FaultException"><c>SYSTEM_ID_INVALID</c>, <c>ORGANISATION_INVALID</c>, <c>ROLES_INVALID</c>.</exception>
    public TlsIdentity(string systemId, string organisation, params IReadOnlyList<string> roles)
    {
        ArgumentNullException.ThrowIfNull(roles);
        SystemId = Matching(SystemIdForm, systemId, "SYSTEM_ID_INVALID", "system_id", "must be 1 to 64 of a-z, 0-9, '.', '_', '-', beginning with a letter or digit");
        Organisation = Matching(OrganisationForm, organisation, "ORGANISATION_INVALID", "organisation", "must be a unified social credit code of 18 characters");
        Roles = roles.Distinct(StringComparer.Ordinal).Count() == roles.Count && roles.All(role => RoleForm.IsMatch(role))
            ? [.. roles]
            : throw Require.Malformed("ROLES_INVALID", "roles", "must be different words of a-z, 0-9, '_'");
    }

    /// <summary>Id of the system (CN).</summary>
    public string SystemId { get; }

    /// <summary>Unified social credit code of the organisation (O).</summary>
    public string Organisation { get; }

    /// <summary>Roles (OU), in the order of the certificate.</summary>
    public IReadOnlyList<string> Roles { get; }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9._-]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex SystemIdForm { get; }

    [GeneratedRegex(@"\A[0-9A-HJ-NPQRTUWXY]{18}\z", RegexOptions.CultureInvariant)]
    private static partial Regex OrganisationForm { get; }

    [GeneratedRegex(@"\A[a-z][a-z0-9_]{1,39}\z", RegexOptions.CultureInvariant)]
    private static partial Regex RoleForm { get; }

    /// <summary>Reads the subject of a certificate whose chain has been checked.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <returns>Null where the subject is not exactly one CN, one O and any number of OU of the forms above.</returns>
    public static TlsIdentity? Read(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        try
        {
            var names = certificate.SubjectName.EnumerateRelativeDistinguishedNames(reversed: false)
                .ToLookup(name => name.GetSingleElementType().Value, name => name.GetSingleElementValue() ?? "");
            return names.All(group => group.Key is Oids.CommonName or Oids.Organisation or Oids.OrganisationalUnit)
                ? new TlsIdentity(names[Oids.CommonName].Single(), names[Oids.Organisation].Single(), [.. names[Oids.OrganisationalUnit]])
                : null;
        }
        catch (Exception e) when (e is CryptographicException or InvalidOperationException or FaultException)
        {
            // A name of several elements, a missing or repeated part, another form: nobody this hub knows.
            return null;
        }
    }

    /// <summary>Same system, organisation and roles, in whatever order.</summary>
    /// <param name="other">The other identity.</param>
    public bool Equals(TlsIdentity? other) =>
        other is not null && SystemId == other.SystemId && Organisation == other.Organisation && Roles.Order(StringComparer.Ordinal).SequenceEqual(other.Roles.Order(StringComparer.Ordinal));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(SystemId, Organisation);

    internal X500DistinguishedName ToName()
    {
        var name = new X500DistinguishedNameBuilder();
        name.AddOrganizationName(Organisation);
        foreach (var role in Roles)
        {
            name.AddOrganizationalUnitName(role);
        }

        name.AddCommonName(SystemId);
        return name.Build();
    }

    private static string Matching(Regex form, string? value, string code, string field, string rest) =>
        value is not null && form.IsMatch(value) ? value : throw Require.Malformed(code, field, rest);
}
