namespace Grpc.AspNetCore.Server.Mapping;

/// <summary>An object made for one call, or lent by the services of the call; only what was made is disposed.</summary>
internal readonly struct Activation<T>(T instance, bool made) : IAsyncDisposable
    where T : class
{
    public T Instance => instance;

    /// <summary>Whether something is to be done after the call.</summary>
    public bool NeedsDisposal => made && instance is (IAsyncDisposable or IDisposable);

    public ValueTask DisposeAsync()
    {
        if (!made)
        {
            return ValueTask.CompletedTask;
        }

        if (instance is IAsyncDisposable asynchronous)
        {
            return asynchronous.DisposeAsync();
        }

        (instance as IDisposable)?.Dispose();
        return ValueTask.CompletedTask;
    }
}
