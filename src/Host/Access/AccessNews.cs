namespace DataHub.Host.Access;

/// <summary>Between those who change the register and the watch of this node: whoever has changed something waits until this node knows.</summary>
internal sealed class AccessNews
{
    private Func<Task>? _look;

    /// <summary>Says how this node looks at the register; without, nobody waits.</summary>
    public void Listen(Func<Task> look) => _look = look;

    /// <summary>Completes once this node has looked at the register after this call; after a second in any case, since what is committed stands.</summary>
    public Task TellAsync() => _look?.Invoke() ?? Task.CompletedTask;
}
