using DataHub.FrontEnd.Pushing;

namespace DataHub.FrontEnd.Tests.Support;

/// <summary>Notes every progress report, in order.</summary>
internal sealed class Watcher : IProgress<PushProgress>
{
    public List<PushProgress> Seen { get; } = [];

    public void Report(PushProgress value) => Seen.Add(value);
}
