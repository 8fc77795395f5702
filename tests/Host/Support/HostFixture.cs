using DataHub.Host.Access;
using DataHub.Host.Enrolment;
using DataHub.Host.Keys;
using DataHub.Host.Tests.Support;
using DataHub.Ledger;
using DataHub.TestKit;

[assembly: AssemblyFixture(typeof(HostFixture))]

namespace DataHub.Host.Tests.Support;

/// <summary>The one server of the run, with the schema of the host, and the keys of a hub made once: making and encrypting them is meant to cost something.</summary>
public sealed class HostFixture() : PostgresFixture(LedgerModule.Migrations, AccessModule.Migrations, EnrolmentModule.Migrations)
{
    private readonly string _folder = Directory.CreateTempSubdirectory("datahub-keys-").FullName;
    private readonly Lock _making = new();

    /// <summary>Puts keys that were made at the clock's instant into a data folder.</summary>
    /// <param name="dataFolder">The folder; made.</param>
    /// <param name="time">Clock; those of one instant share keys.</param>
    public void CopyKeys(string dataFolder, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        var made = Path.Combine(_folder, $"{time.GetUtcNow():yyyyMMdd}");
        lock (_making)
        {
            if (!Directory.Exists(made))
            {
                HubKeys.Open(new HubFolder(made), time).Dispose();
            }
        }

        foreach (var file in Directory.GetFiles(made, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(dataFolder, Path.GetRelativePath(made, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
