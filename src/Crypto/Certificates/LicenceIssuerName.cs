using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using DataHub.Kernel.Faults;

namespace DataHub.Crypto.Certificates;

/// <summary>Whom a licence certificate names: CN the authority, O its unified social credit code.</summary>
public sealed partial record LicenceIssuerName
{
    /// <summary>A name.</summary>
    /// <param name="authority">Name of the authority as on its licences, 1 to 64 characters.</param>
    /// <param name="organisation">Unified social credit code, 18 characters; its check character is the registry's business.</param>
    /// <exception cref="FaultException"><c>FIELD_REQUIRED</c>, <c>FIELD_TOO_LONG</c>, <c>ORGANISATION_INVALID</c>.</exception>
    public LicenceIssuerName(string authority, string organisation)
    {
        Authority = Require.Text(authority, "authority", maxLength: 64);
        Organisation = organisation is not null && OrganisationForm.IsMatch(organisation)
            ? organisation
            : throw Require.Malformed("ORGANISATION_INVALID", "organisation", "must be a unified social credit code of 18 characters");
    }

    /// <summary>Name of the authority (CN).</summary>
    public string Authority { get; }

    /// <summary>Unified social credit code (O).</summary>
    public string Organisation { get; }

    [GeneratedRegex(@"\A[0-9A-HJ-NPQRTUWXY]{18}\z", RegexOptions.CultureInvariant)]
    private static partial Regex OrganisationForm { get; }

    internal X500DistinguishedName ToName()
    {
        var name = new X500DistinguishedNameBuilder();
        name.AddCountryOrRegion("CN");
        name.AddOrganizationName(Organisation);
        name.AddCommonName(Authority);
        return name.Build();
    }
}
