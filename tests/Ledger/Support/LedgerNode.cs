using DataHub.EventStore;
using DataHub.EventStore.Streams;
using DataHub.Kernel;
using DataHub.Ledger.Entries;
using DataHub.Ledger.Sequencing;
using DataHub.Ledger.Writing;
using DataHub.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace DataHub.Ledger.Tests.Support;

/// <summary>A node of a hub, as far as its ledger goes. Several on one database are several nodes.</summary>
internal sealed class LedgerNode : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public LedgerNode(TestDatabase database, TestSigners signers, TimeProvider? time = null, Action<IServiceCollection>? more = null) => _services = database.Compose(services =>
    {
        services.AddSingleton(signers.Signers);
        services.AddSingleton(new HubName("test"));
        services.AddEvents<Noted>();
        services.AddLedger();
        if (time is not null)
        {
            services.Replace(ServiceDescriptor.Singleton(time));
        }

        more?.Invoke(services);
    });

    public LedgerWriter Writer => Get<LedgerWriter>();

    public IEventStore Events => Get<IEventStore>();

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public Sequencer Sequencer => Get<Sequencer>();

    private SequencerService Service => _services.GetServices<IHostedService>().OfType<SequencerService>().Single();

    /// <summary>Sequences by itself from now on.</summary>
    public Task StartSequencingAsync() => Service.StartAsync(CancellationToken.None);

    /// <summary>Sequences until nothing waits.</summary>
    public async Task SequenceAsync()
    {
        while ((await Sequencer.StepAsync(CancellationToken.None)).Leaves > 0)
        {
        }
    }

    public static LedgerEntry Entry(string outcome = "OK", string? subject = null, string? caseNo = null) => new()
    {
        Kind = EntryKind.Answered,
        Account = "approval-1",
        Organisation = "11330382MB9902916X",
        Method = "VerificationService/Verify",
        Outcome = outcome,
        Subject = subject,
        CaseNo = caseNo,
    };

    public static NewEvent Event(string stream, string text = "noted") => new() { StreamId = stream, StreamType = "note", ExpectedVersion = 0, Data = new Noted(text) };

    public async ValueTask DisposeAsync()
    {
        await Service.StopAsync(CancellationToken.None);
        await _services.DisposeAsync();
    }
}

/// <summary>An event of tests.</summary>
/// <param name="Text">What it says.</param>
public sealed record Noted(string Text);
