using System.Threading.Channels;
using DataHub.Kernel.Alerts;

namespace DataHub.Verification.Tests.Support;

/// <summary>Alerts as they are raised, in order.</summary>
internal sealed class TestAlerts : IAlerts
{
    private readonly Channel<Alert> _raised = Channel.CreateUnbounded<Alert>();

    /// <summary>How many of the next attempts to raise one fail.</summary>
    public int Failures { get; set; }

    public Task RaiseAsync(Alert alert, CancellationToken cancellationToken)
    {
        if (Failures > 0)
        {
            Failures--;
            throw new IOException("The alerts are away.");
        }

        return _raised.Writer.WriteAsync(alert, cancellationToken).AsTask();
    }

    /// <summary>The next alert, waited for.</summary>
    public async Task<Alert> NextAsync() => await _raised.Reader.ReadAsync(TestContext.Current.CancellationToken);

    /// <summary>What was raised and not asked for yet.</summary>
    public IReadOnlyList<Alert> Rest()
    {
        var rest = new List<Alert>();
        while (_raised.Reader.TryRead(out var alert))
        {
            rest.Add(alert);
        }

        return rest;
    }
}
