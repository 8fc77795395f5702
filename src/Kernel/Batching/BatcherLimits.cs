namespace DataHub.Kernel.Batching;

/// <summary>How much a <see cref="Batcher{TRequest, TResult}"/> gathers.</summary>
/// <param name="MaxBatch">Most requests in one flush, 1 or more.</param>
/// <param name="Workers">Flushes under way at once, 1 or more.</param>
/// <param name="MaxWaiting">Most requests waiting; whoever comes on top is refused.</param>
public sealed record BatcherLimits(int MaxBatch, int Workers, int MaxWaiting);
