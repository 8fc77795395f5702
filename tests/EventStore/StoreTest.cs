using DataHub.EventStore.Streams;
using DataHub.Kernel.Faults;
using DataHub.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace DataHub.EventStore.Tests;

public sealed record PermitGranted(string Holder, int Level, PermitKind Kind);

public sealed record PermitWithdrawn(string Reason);

public enum PermitKind
{
    Shop,
    Stall,
}

/// <summary>A database, a container and a store per test.</summary>
public abstract class StoreTest(PostgresFixture postgres) : IAsyncLifetime
{
    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected PostgresFixture Postgres => postgres;

    protected TestDatabase Database { get; private set; } = null!;

    protected ServiceProvider Services { get; private set; } = null!;

    protected IEventStore Store { get; private set; } = null!;

    public virtual async ValueTask InitializeAsync()
    {
        Database = await postgres.CloneAsync();
        Services = Database.Compose(services => Add(services.AddEvents<PermitGranted>().AddEvents<PermitWithdrawn>()));
        Store = Services.GetRequiredService<IEventStore>();
    }

    public virtual async ValueTask DisposeAsync()
    {
        await Services.DisposeAsync();
        await Database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected virtual void Add(IServiceCollection services)
    {
    }

    protected static NewEvent Granted(string stream, long expected, string holder = "p", int level = 1) => new()
    {
        StreamId = stream,
        StreamType = "permit",
        ExpectedVersion = expected,
        Data = new PermitGranted(holder, level, PermitKind.Stall),
    };

    protected static NewEvent Withdrawn(string stream, long expected) => new()
    {
        StreamId = stream,
        StreamType = "permit",
        ExpectedVersion = expected,
        Data = new PermitWithdrawn("request"),
    };

    protected static async Task<FaultException> RefusedAsync(string code, Func<Task> act)
    {
        var fault = await Assert.ThrowsAsync<FaultException>(act);
        Assert.Equal(code, fault.Code);
        return fault;
    }
}
