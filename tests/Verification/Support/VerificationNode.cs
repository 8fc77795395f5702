using DataHub.Contracts;
using DataHub.Crypto.Sealing;
using DataHub.Kernel.Access;
using DataHub.Kernel.Alerts;
using DataHub.Kernel.Faults;
using DataHub.Kernel.Resources;
using DataHub.Ledger;
using DataHub.TestKit;
using DataHub.V1;
using DataHub.Verification.Answering;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace DataHub.Verification.Tests.Support;

/// <summary>A node of a hub, as far as verification goes. Several on one database are several nodes.</summary>
internal sealed class VerificationNode : IAsyncDisposable
{
    public const string Organisation = "11330382MB99001205";

    public static readonly Caller Approval = new("approval-1", Organisation, new HashSet<SystemRole> { SystemRole.Consumer });

    private readonly ServiceProvider _services;

    /// <summary>A node whose approval system may ask everything.</summary>
    public VerificationNode(TestDatabase database, ManualTime time, params (string Key, string Value)[] settings)
    {
        Time = time;
        Records.AsOf = time.GetUtcNow();
        Grants.Add(Organisation, [Grant.Any]);
        _services = database.Compose(services =>
        {
            services.AddSingleton<IConfiguration>(
                new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(setting => $"Verification:Brakes:{setting.Key}", setting => (string?)setting.Value)).Build());
            services.Replace(ServiceDescriptor.Singleton<TimeProvider>(time));
            services.AddSingleton<IRecordReader>(Records).AddSingleton<IResourceDirectory>(new OneResource()).AddSingleton<IGrantBook>(Grants).AddSingleton<IAlerts>(Alerts);
            services.AddSingleton(TestSigners.Signers);
            services.AddLedger().AddVerification();
        });
    }

    public ManualTime Time { get; }

    public TestRecords Records { get; } = new();

    public TestGrants Grants { get; } = new();

    public TestAlerts Alerts { get; } = new();

    public CallNotes Notes { get; private set; } = new();

    public Pseudonyms Pseudonyms => Get<KeyRing>().Pseudonyms;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public Task<VerifyReply> AskAsync(VerifyRequest request, Caller? caller = null) =>
        Get<VerificationDesk>().AnswerAsync(caller ?? Approval, request, Notes = new CallNotes(), Token);

    public async Task<FaultException> RefusedAsync(string code, VerifyRequest request, Caller? caller = null)
    {
        var fault = await Assert.ThrowsAsync<FaultException>(() => AskAsync(request, caller));
        Assert.Equal(code, fault.Code);
        return fault;
    }

    /// <summary>The results answered, or the code of the refusal.</summary>
    public async Task<string> OutcomeAsync(VerifyRequest request, Caller? caller = null)
    {
        try
        {
            var reply = await Get<VerificationDesk>().AnswerAsync(caller ?? Approval, request, new CallNotes(), Token);
            return string.Join(",", reply.Answers.Select(answer => answer.Result));
        }
        catch (FaultException fault)
        {
            return fault.Code;
        }
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private sealed class OneResource : IResourceDirectory
    {
        public ValueTask<ResourceSchema?> FindAsync(string resource, CancellationToken cancellationToken) => new(resource == "house" ? Houses.Schema : null);
    }
}
