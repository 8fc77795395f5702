namespace DataHub.EventStore.Projections;

/// <summary>Feeds one projection page by page, as long as this node leads it.</summary>
internal sealed class ProjectionRunner(Feed feed, Leadership leadership)
{
    private long? _position;
    private bool _serves;

    public string Progression => feed.Progression;

    /// <summary>Applies the next page with its progress in one transaction.</summary>
    /// <returns>Whether there may be more to do at once.</returns>
    public async Task<bool> StepAsync(CancellationToken cancellationToken)
    {
        var position = _position ?? await OpenAsync(cancellationToken);
        _position = null; // Whatever stops us, the next step reads it again.
        var horizon = await feed.Pages.HorizonAsync(cancellationToken);
        if (horizon <= position && _serves)
        {
            _position = position;
            return false;
        }

        var page = await feed.Pages.NextAsync(position, Math.Max(horizon, position), feed.Aliases, cancellationToken);
        if (!await CommitAsync(position, page, caughtUp: page.To >= horizon, cancellationToken))
        {
            return true;
        }

        _position = page.To;
        return page.To < horizon;
    }

    private async Task<long> OpenAsync(CancellationToken cancellationToken)
    {
        await using var connection = await feed.ConnectAsync(cancellationToken);
        var (position, serves) = await new ProjectionProgress(connection, feed).OpenAsync(cancellationToken);
        _serves = serves;
        return position;
    }

    private async Task<bool> CommitAsync(long position, EventPage page, bool caughtUp, CancellationToken cancellationToken)
    {
        await using var connection = await feed.ConnectAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var progress = new ProjectionProgress(connection, feed);
        if (!await progress.AdvanceAsync(position, page.To, cancellationToken))
        {
            return false;
        }

        await new ProjectionWriter(feed, connection, transaction).ApplyAsync(page.Events, cancellationToken);
        if (caughtUp && !_serves)
        {
            await progress.ServeAsync(cancellationToken);
        }

        if (!await leadership.StillLeadsAsync(feed.Progression, cancellationToken))
        {
            return false;
        }

        await transaction.CommitAsync(CancellationToken.None);
        _serves |= caughtUp;
        return true;
    }
}
