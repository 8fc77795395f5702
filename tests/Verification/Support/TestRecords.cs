using System.Collections.Concurrent;

namespace DataHub.Verification.Tests.Support;

/// <summary>Houses by their owners. Holds readers back until as many have arrived as the test says, so that questions are under way together.</summary>
internal sealed class TestRecords : IRecordReader
{
    private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<string, SubjectRecord[]> _held = new();
    private int _arrived;

    public int Arrivals { get; set; } = 1;

    public DateTimeOffset AsOf { get; set; }

    /// <summary>What was looked up, in order.</summary>
    public ConcurrentQueue<string> Lookups { get; } = new();

    public void Hold(string subject, params (string Path, string Value)[] fields) => _held[subject] = [Houses.Record(0, 17, fields)];

    public async Task<IReadOnlyList<SubjectRecord>> CurrentAsync(string resource, string subjectId, string role, CancellationToken cancellationToken)
    {
        Lookups.Enqueue($"{resource}/{role}");
        if (Interlocked.Increment(ref _arrived) >= Arrivals)
        {
            _all.TrySetResult();
        }

        await _all.Task.WaitAsync(cancellationToken);
        return (resource, role) == ("house", "owner") ? _held.GetValueOrDefault(subjectId, []) : [];
    }

    public Task<DataAge?> AgeAsync(string resource, CancellationToken cancellationToken)
    {
        Lookups.Enqueue(resource);
        return Task.FromResult<DataAge?>(new DataAge(AsOf, "land-fep-1"));
    }
}
