using DataHub.EventStore;
using DataHub.EventStore.Sealing;
using DataHub.Kernel;
using DataHub.Kernel.Access;
using DataHub.Kernel.Faults;
using DataHub.Licences.Minting;
using DataHub.Licences.Verifying;
using DataHub.TestKit;
using DataHub.V1;
using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;

namespace DataHub.Licences.Tests;

/// <summary>A register of its own per test, empty, on 2026-03-01 in Shanghai.</summary>
public abstract class LicencesTest(LicencesFixture run) : IAsyncLifetime
{
    private static readonly HashSet<SystemRole> IssuerRole = [SystemRole.Issuer];

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected static Caller Builder { get; } = new("builder-1", LicencesFixture.Builder, IssuerRole);

    protected static Caller Health { get; } = new("health-1", LicencesFixture.Health, IssuerRole);

    protected LicencesFixture Run => run;

    protected ManualTime Time { get; } = new();

    protected TestDatabase Database { get; private set; } = null!;

    protected ServiceProvider Services { get; private set; } = null!;

    protected IEventStore Store => Services.GetRequiredService<IEventStore>();

    private protected LicenceRegister Register => Services.GetRequiredService<LicenceRegister>();

    private protected LicenceVerifier Verifier => Services.GetRequiredService<LicenceVerifier>();

    public async ValueTask InitializeAsync()
    {
        Database = await run.CloneAsync();
        Services = Database.Compose(services =>
        {
            services.AddSingleton<TimeProvider>(Time).AddSingleton<ISignerDirectory>(run).AddSingleton(new HubName("qinghe"));
            services.AddLicences();
        });
    }

    public async ValueTask DisposeAsync()
    {
        await Services.DisposeAsync();
        await Database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected Task<MintedLicence> MintAsync(MintRequest request) => Register.MintAsync(Builder, request, Token);

    private protected Task<LicenceStatus> RevokeAsync(string id) => Register.RevokeAsync(Builder, id, "培训考核记录失实", "行政许可法第六十九条", Token);

    private protected Task<VerifyLicenceReply> VerifyAsync(LicenceDocument document) => Verifier.VerifyAsync(document, Token);

    private protected static LicenceDocument DocumentOf(MintedLicence minted) => new()
    {
        Document = ByteString.CopyFrom(minted.Paper.Document),
        Signature = ByteString.CopyFrom(minted.Paper.Signature),
        Chain = { minted.Chain.Select(certificate => ByteString.CopyFrom(certificate)) },
    };

    protected async Task EraseHolderAsync(string id)
    {
        var keys = Services.GetRequiredService<SubjectKeys>();
        await using var transaction = await Store.BeginAsync(Token);
        Assert.Single(await keys.EraseAsync(transaction, [run.Keys.Pseudonyms.OfSubject("resident_id", id)], Token));
        await transaction.CommitAsync();
        keys.Forget();
    }

    protected static async Task<FaultException> RefusedAsync(string code, Func<Task> act)
    {
        var fault = await Assert.ThrowsAsync<FaultException>(act);
        Assert.Equal(code, fault.Code);
        return fault;
    }
}
