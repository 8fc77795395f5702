using DataHub.Host.Access;
using DataHub.Kernel.Access;
using DataHub.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace DataHub.Host.Tests.Support;

/// <summary>A founded hub's register over a database of the test: its desk, and the people who sit at it.</summary>
internal sealed class Offices : IAsyncDisposable
{
    public const string Bureau = "11330382MB9902916X";
    public const string Police = "11330382MB99002595";
    public const string Admin = "system-admin-1";
    public const string First = "security-1";
    public const string Second = "security-2";

    private Offices(TestDatabase database, ServiceProvider services, TimeProvider time)
    {
        Database = database;
        Services = services;
        Time = time;
    }

    public TestDatabase Database { get; }

    public ServiceProvider Services { get; }

    public TimeProvider Time { get; }

    public AccessDesk Desk => Services.GetRequiredService<AccessDesk>();

    public AccountRegister Register => Services.GetRequiredService<AccountRegister>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<Offices> FoundAsync(PostgresFixture postgres, TimeProvider? time = null, Action<IServiceCollection>? more = null)
    {
        var clock = time ?? TimeProvider.System;
        var database = await postgres.CloneAsync();
        var offices = new Offices(database, Compose(database, clock, more), clock);
        await offices.Desk.FoundAsync(Bureau, "政务服务管理办公室", Founders, Token);
        await offices.Desk.RegisterOrganisationAsync(Police, "公安局", Admin, Token);
        return offices;
    }

    public static IReadOnlyList<ProposedAccount> Founders { get; } =
        [.. AccessAdministration.Founders.Select(founder => new ProposedAccount(founder.Account, AccountKind.Person, Bureau, [founder.Role], Authority: null))];

    public static ProposedAccount System(string id, params SystemRole[] roles) => new(id, AccountKind.System, Police, roles, Authority: null);

    public static ProposedAccount Person(string id, params SystemRole[] roles) => new(id, AccountKind.Person, Bureau, roles, Authority: null);

    public static GrantTerms Terms(string resource = "population_person", string[]? fields = null, string[]? purposes = null, bool tellsAbsence = false, DateOnly? until = null) =>
        new(Bureau, resource, fields ?? ["*"], purposes ?? ["*"], GrantOperations.Verify, tellsAbsence, RetentionDays: 30, until);

    public static CertificateFacts Certificate(string seed, TimeProvider time, TimeSpan? life = null) => new(
        Convert.ToHexStringLower(global::System.Security.Cryptography.SHA256.HashData(global::System.Text.Encoding.UTF8.GetBytes(seed))),
        "01",
        "aabbccdd",
        time.GetUtcNow() - TimeSpan.FromMinutes(5),
        time.GetUtcNow() + (life ?? TimeSpan.FromDays(7)));

    /// <summary>A change proposed by one and approved by another.</summary>
    public async Task<Change> ChangeAsync(ChangeContent content) =>
        await Desk.ApproveAsync((await Desk.ProposeAsync(content, "as agreed", Admin, Token)).Id, First, Token);

    /// <summary>Registers systems, each with a certificate made of its id.</summary>
    public async Task RegisterAsync(params ProposedAccount[] accounts)
    {
        await ChangeAsync(new ChangeContent { Accounts = accounts });
        foreach (var account in accounts)
        {
            await Register.RecordCertificateAsync(account.Id, Certificate(account.Id, Time), Admin, Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Services.DisposeAsync();
        await Database.DisposeAsync();
    }

    private static ServiceProvider Compose(TestDatabase database, TimeProvider time, Action<IServiceCollection>? more) => database.Compose(services =>
    {
        services.AddSingleton(time).AddSingleton(new Kernel.HubName("qinghe")).AddAccessRegister();
        more?.Invoke(services);
    });
}
