using DataHub.Crypto.Certificates;
using DataHub.EventStore;
using DataHub.EventStore.Postgres;
using DataHub.Host.Keys;
using DataHub.Kernel.Access;
using DataHub.Kernel.Faults;
using DataHub.Ledger;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace DataHub.Host.Access;

/// <summary>
/// Founds the access of a hub and writes certificates, for whoever holds its data folder and with it its authority: through the database of the hub that runs on it, through a configured one, or,
/// while the hub is stopped, through its own PostgreSQL started for as long as this takes.
/// </summary>
public sealed class AccessAdministration : IAsyncDisposable
{
    private readonly HubFolder _folder;
    private readonly ServiceProvider _services;
    private readonly EmbeddedPostgres? _postgres;

    private AccessAdministration(HubFolder folder, ServiceProvider services, EmbeddedPostgres? postgres)
    {
        _folder = folder;
        _services = services;
        _postgres = postgres;
    }

    /// <summary>The first administrators, each a person: one registers, two decide, one looks on.</summary>
    public static IReadOnlyList<(string Account, SystemRole Role)> Founders { get; } =
    [
        ("system-admin-1", SystemRole.SystemAdministrator),
        ("security-1", SystemRole.SecurityAdministrator),
        ("security-2", SystemRole.SecurityAdministrator),
        ("auditor-1", SystemRole.Auditor),
    ];

    /// <summary>Accounts and their certificates.</summary>
    public AccountRegister Accounts => _services.GetRequiredService<AccountRegister>();

    /// <summary>Opens the register of a hub.</summary>
    /// <param name="folder">Its data folder.</param>
    /// <param name="connectionString">The PostgreSQL it is configured with; null = its own.</param>
    /// <param name="time">Clock.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="FaultException"><c>DATA_FOLDER_EMPTY</c>, <c>DATABASE_START</c>, and those of starting a PostgreSQL.</exception>
    public static async Task<AccessAdministration> OpenAsync(HubFolder folder, string? connectionString, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var name = folder.ReadName();
        var (endpoint, postgres) = connectionString is null
            ? await KeyAdministration.OwnAsync(folder, cancellationToken)
            : (PostgresEndpoint.Configured(connectionString), null);
        var services = new ServiceCollection().AddSingleton(time).AddSingleton(name).AddEventStore(endpoint).AddLedger().AddAccessRegister().BuildServiceProvider();
        return new AccessAdministration(folder, services, postgres);
    }

    /// <summary>Makes the first administrators of a hub that has none, with their certificates in <c>systems/</c>.</summary>
    /// <param name="uscc">Unified social credit code of their organisation.</param>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Stops before the commit.</param>
    /// <returns>Their files, in the order of <see cref="Founders"/>.</returns>
    /// <exception cref="FaultException"><c>FOUNDED_ALREADY</c>, <c>SCHEMA_OLD</c>, and those of the event store.</exception>
    public async Task<IReadOnlyList<string>> FoundAsync(string uscc, string name, CancellationToken cancellationToken)
    {
        var organisation = Wire.AccessReader.Organisation(uscc, "organisation");
        var persons = Founders.Select(founder => new ProposedAccount(founder.Account, AccountKind.Person, organisation, [founder.Role], Authority: null)).ToList();
        await OnSchemaAsync(() => _services.GetRequiredService<AccessDesk>().FoundAsync(organisation, Require.Text(name, "name", maxLength: 128), persons, cancellationToken));
        var files = new List<string>();
        foreach (var person in persons)
        {
            files.Add(await CertifyAsync(person.Id, cancellationToken));
        }

        return files;
    }

    /// <summary>Writes a new key and certificate for a registered account to <c>systems/{account}.pem</c>, replacing earlier ones there.</summary>
    /// <param name="id">Id of the account.</param>
    /// <param name="cancellationToken">Stops before the commit.</param>
    /// <returns>The file.</returns>
    /// <exception cref="FaultException"><c>ACCOUNT_UNKNOWN</c>, <c>ACCOUNT_SUSPENDED</c>, <c>ACCOUNT_CLOSED</c>, <c>SCHEMA_OLD</c>, and those of the event store.</exception>
    public async Task<string> CertifyAsync(string id, CancellationToken cancellationToken)
    {
        var account = await OnSchemaAsync(() => Accounts.FindAsync(id, cancellationToken)) ?? throw AccessFaults.AccountUnknown(id, "account");
        using var keys = HubKeys.OpenExisting(_folder, _services.GetRequiredService<TimeProvider>());
        var file = keys.IssueSystem(account.Id, account.Organisation, account.Roles);
        using var credential = TlsCredential.Load(file);
        await Accounts.RecordCertificateAsync(account.Id, CertificateFacts.Of(credential.Certificate), AccessAct.Folder, cancellationToken);
        return file;
    }

    /// <summary>Writes a key and certificate for a registered account unless there is one in <c>systems/</c> that the register knows and that holds for another day.</summary>
    /// <inheritdoc cref="CertifyAsync"/>
    public async Task<string> EnsureCertifiedAsync(string id, CancellationToken cancellationToken)
    {
        var file = Path.Combine(_folder.Systems, $"{id}.pem");
        if (File.Exists(file))
        {
            using var credential = TlsCredential.Load(file);
            var facts = CertificateFacts.Of(credential.Certificate);
            var tomorrow = _services.GetRequiredService<TimeProvider>().GetUtcNow() + TimeSpan.FromDays(1);
            var inForce = await OnSchemaAsync(() => Accounts.CertificatesOfAsync(id, cancellationToken));
            if (facts.NotAfter > tomorrow && inForce.Any(known => known.Thumbprint == facts.Thumbprint))
            {
                return file;
            }
        }

        return await CertifyAsync(id, cancellationToken);
    }

    /// <summary>Closes the connections, and stops the PostgreSQL that was started for this.</summary>
    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        if (_postgres is not null)
        {
            await _postgres.DisposeAsync();
        }
    }

    private static async Task<T> OnSchemaAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.InvalidSchemaName)
        {
            throw HostFaults.SchemaOld(e);
        }
    }
}
