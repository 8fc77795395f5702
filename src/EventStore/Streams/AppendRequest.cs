namespace DataHub.EventStore.Streams;

/// <summary>An append somebody waits for.</summary>
internal sealed class AppendRequest(PreparedAppend append, AppendKey? key)
{
    private readonly TaskCompletionSource<AppendResult> _outcome = new();

    public PreparedAppend Append => append;

    public AppendKey? Key => key;

    public bool IsDecided => _outcome.Task.IsCompleted;

    /// <summary>The result, or the exception that is this request's alone; completed when whoever ran it has returned.</summary>
    public Task<AppendResult> Outcome => _outcome.Task;

    public void Succeed(AppendResult result) => _outcome.SetResult(result);

    public void Fail(Exception exception) => _outcome.SetException(exception);
}
