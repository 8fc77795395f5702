using System.Globalization;
using DataHub.Crypto.Certificates;
using DataHub.Host.Keys;
using DataHub.Kernel.Access;

namespace DataHub.Drills.Hostile;

/// <summary>
/// Systems that a hub knows, made for a drill on its data folder; the one place that knows how a system comes to its certificate. A consumer may ask
/// about <c>population_person</c>, the publisher of that resource may push it.
/// </summary>
/// <param name="dataFolder">Data folder of a hub that runs.</param>
internal sealed class DrillSystems(string dataFolder)
{
    /// <summary>Organisation of every system but the publisher.</summary>
    private const string Organisation = "11330382MB9902916X";

    private readonly HubFolder _folder = new(dataFolder);

    /// <summary>Roots that the hub's own certificate leads to.</summary>
    public string RootsFile => Path.Combine(_folder.Systems, "tls-root.crt");

    /// <summary>Certificates with keys, as PEM files, of so many systems.</summary>
    /// <param name="name">Beginning of their names.</param>
    /// <param name="count">How many.</param>
    /// <param name="role">Role of each.</param>
    /// <param name="organisation">Unified social credit code of their organisation; null = any.</param>
    /// <returns>Paths of the files.</returns>
    public IReadOnlyList<string> Make(string name, int count, SystemRole role, string? organisation = null)
    {
        using var keys = HubKeys.OpenExisting(_folder, TimeProvider.System);
        return [.. Enumerable.Range(0, count).Select(i => keys.IssueSystem(string.Create(CultureInfo.InvariantCulture, $"{name}-{i}"), organisation ?? Organisation, role))];
    }

    /// <summary>A certificate of the hub's own authority whose time is over.</summary>
    /// <returns>Path of the PEM file.</returns>
    public string MakeExpired()
    {
        using var authority = TlsAuthority.Load(Path.Combine(_folder.Path, "tls"));
        var now = TimeProvider.System.GetUtcNow();
        using var credential = authority.IssueClient(new TlsIdentity("expired", Organisation, "consumer"), new CertificateValidity(now.AddMinutes(-4), now.AddMinutes(-1)));
        var path = Path.Combine(_folder.Systems, "expired.pem");
        credential.Save(path);
        return path;
    }
}
