using DataHub.Crypto.Certificates;
using DataHub.Kernel.Faults;

namespace DataHub.Host.Keys;

/// <summary>Which of a hub's authorities.</summary>
public enum HubAuthority
{
    /// <summary>The one behind connections, P-256.</summary>
    Tls = 1,

    /// <summary>The one behind licences, SM2.</summary>
    Licence = 2,
}

/// <summary>
/// Looks after the authorities of a hub, for whoever holds its data folder. A hub that runs on it takes every change in within a second or two, without restart; hubs that share an authority through
/// copies of the folder need the files copied.
/// </summary>
public sealed class AuthorityAdministration
{
    private readonly HubFolder _folder;
    private readonly TimeProvider _time;
    private readonly string _passphrase;

    private AuthorityAdministration(HubFolder folder, TimeProvider time)
    {
        _folder = folder;
        _time = time;
        _passphrase = HubPassphrase.Read(folder);
    }

    /// <summary>Opens the authorities of a hub; folders of format 1 are brought up to date as a hub does when it starts.</summary>
    /// <param name="folder">Its data folder.</param>
    /// <param name="time">Clock.</param>
    /// <exception cref="FaultException"><c>DATA_FOLDER_EMPTY</c>, <c>DATA_FOLDER_KEYS</c>.</exception>
    public static AuthorityAdministration Open(HubFolder folder, TimeProvider time)
    {
        HubKeys.OpenExisting(folder, time).Dispose();
        return new AuthorityAdministration(folder, time);
    }

    /// <summary>Makes a new issuing key; what the earlier one issued goes on to hold.</summary>
    /// <param name="authority">Which authority.</param>
    /// <param name="rootElsewhere">Folder that holds the root's key; null = the data folder.</param>
    /// <exception cref="FaultException">The root's key is not there: <c>AUTHORITY_OFFLINE</c>.</exception>
    public void RenewIssuing(HubAuthority authority, string? rootElsewhere)
    {
        if (authority is HubAuthority.Tls)
        {
            HubAuthorities.RenewTlsIssuing(_folder.Tls, _time, _passphrase, rootElsewhere);
        }
        else
        {
            HubAuthorities.RenewLicenceIssuing(_folder.Licences, _time, _passphrase, rootElsewhere);
        }
    }

    /// <summary>Makes a new root, certified by the old one, and a new issuing key below it. Both roots are trusted until the old one ends.</summary>
    /// <param name="authority">Which authority.</param>
    /// <param name="rootElsewhere">Folder that holds the old root's key, and will hold the new one's; null = the data folder.</param>
    /// <exception cref="FaultException">The root's key is not there: <c>AUTHORITY_OFFLINE</c>.</exception>
    public void RenewRoot(HubAuthority authority, string? rootElsewhere)
    {
        if (authority is HubAuthority.Tls)
        {
            HubAuthorities.RenewTlsRoot(_folder.Tls, _time, _passphrase, rootElsewhere);
        }
        else
        {
            HubAuthorities.RenewLicenceRoot(_folder.Licences, _time, _passphrase, rootElsewhere);
        }
    }

    /// <summary>Asks the running hub for a new server certificate; one that does not run issues one when it starts.</summary>
    public void RenewServer() => File.Delete(Path.Combine(_folder.Tls, HubFolder.ServerFile));

    /// <summary>Moves the roots' keys to a folder that is to be taken away; the hub goes on with the issuing keys.</summary>
    /// <param name="target">Where they go.</param>
    /// <exception cref="FaultException">Gone already: <c>AUTHORITY_OFFLINE</c>.</exception>
    public void TakeRootsOffline(string target)
    {
        TlsAuthority.TakeRootOffline(_folder.Tls, target);
        LicenceAuthority.TakeRootOffline(_folder.Licences, target);
    }

    /// <summary>Whether the root's key lies in the data folder.</summary>
    /// <param name="authority">Which authority.</param>
    public bool HasRootKey(HubAuthority authority) => authority is HubAuthority.Tls ? TlsAuthority.HasRootKey(_folder.Tls) : LicenceAuthority.HasRootKey(_folder.Licences);

    /// <summary>Takes the client certificates of an outside authority, for accounts that are registered with it.</summary>
    /// <param name="name">What it is called here.</param>
    /// <param name="file">Its certificate, PEM.</param>
    /// <returns>Its key identifier, which accounts are registered with.</returns>
    /// <exception cref="FaultException"><c>AUTHORITY_UNFIT</c>, <c>AUTHORITY_EXISTS</c>, <c>AUTHORITY_NAME</c>, <c>DER_REFUSED</c>, <c>PEM_FILE</c>.</exception>
    public string Trust(string name, string file) => OutsideAuthorities.Add(_folder, name, file).KeyId;

    /// <summary>Takes them no more.</summary>
    /// <param name="name">What it is called here.</param>
    /// <exception cref="FaultException">There is none of that name: <c>AUTHORITY_UNKNOWN</c>.</exception>
    public void Distrust(string name) => OutsideAuthorities.Remove(_folder, name);

    /// <summary>Outside authorities with their key identifiers.</summary>
    public IReadOnlyList<(string Name, string KeyId)> Trusted => [.. OutsideAuthorities.Read(_folder).All.Select(authority => (authority.Name, authority.KeyId))];

    /// <summary>Every certificate in the data folder.</summary>
    public IReadOnlyList<KeptCertificate> Certificates() => KeptCertificates.In(_folder);

    /// <summary>File with the TLS roots, newest first.</summary>
    public string RootsFile => Path.Combine(_folder.Tls, "tls-root.crt");
}
