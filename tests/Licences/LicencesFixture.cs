using DataHub.Crypto.Certificates;
using DataHub.Crypto.Signing;
using DataHub.Licences.Tests;
using DataHub.TestKit;

[assembly: AssemblyFixture(typeof(LicencesFixture))]

namespace DataHub.Licences.Tests;

/// <summary>The one server of the run, an SM2 authority with two issuers, and a stranger's authority. Opening a key costs time on purpose, so all tests share them.</summary>
public sealed class LicencesFixture : PostgresFixture, ISignerDirectory
{
    public const string Builder = "11330382MB9900531B";
    public const string Health = "11330382MB9900398U";

    private readonly Dictionary<string, ISigner> _signers = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("datahub-licences-").FullName;

    public LicencesFixture()
    {
        var authority = NewAuthority("root");
        Roots = [authority.Root.Der];
        _signers[Builder] = authority.IssueSigner(Path.Combine(_folder, "builder.pem"), new LicenceIssuerName("清河市住房和城乡建设局", Builder), Days(1095), "pass");
        _signers[Health] = authority.IssueSigner(Path.Combine(_folder, "health.pem"), new LicenceIssuerName("清河市卫生健康局", Health), Days(1095), "pass");
        Stranger = NewAuthority("stranger").IssueSigner(Path.Combine(_folder, "stranger.pem"), new LicenceIssuerName("清河市住房和城乡建设局", Builder), Days(1095), "pass");
    }

    /// <inheritdoc/>
    public IReadOnlyList<ReadOnlyMemory<byte>> Roots { get; }

    public ReadOnlyMemory<byte> Root => Roots[0];

    /// <summary>Names the same issuer, but under a root of its own.</summary>
    public ISigner Stranger { get; }

    /// <inheritdoc/>
    public ISigner? Find(string organisation) => _signers.GetValueOrDefault(organisation);

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private static CertificateValidity Days(int days) => CertificateValidity.StartingNow(new ManualTime(), TimeSpan.FromDays(days));

    private LicenceAuthority NewAuthority(string name) =>
        LicenceAuthority.Create(Path.Combine(_folder, name), new LicenceIssuerName("清河市数据局", "11330382MB9900531B"), Days(3650), "pass");
}
