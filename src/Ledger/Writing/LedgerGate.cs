namespace DataHub.Ledger.Writing;

/// <summary>
/// Whether anything may be recorded. Shut for good when the ledger in the database turns out not to be the one this node has seen, and for as long as this node's clock is wrong; what cannot be recorded is not done.
/// </summary>
internal sealed class LedgerGate
{
    private volatile bool _isShut;
    private volatile bool _isClockOff;

    /// <summary>Shut for good.</summary>
    public bool IsShut => _isShut;

    /// <summary>This node's clock is too far from the database's: nothing is to be given a time, and nothing signed.</summary>
    public bool IsClockOff
    {
        get => _isClockOff;
        set => _isClockOff = value;
    }

    public void Shut() => _isShut = true;

    /// <exception cref="Kernel.Faults.FaultException"><c>LEDGER_ROLLED_BACK</c>, <c>CLOCK_OFF</c>.</exception>
    public void RequireOpen()
    {
        if (_isShut)
        {
            throw LedgerFaults.RolledBack();
        }

        if (_isClockOff)
        {
            throw LedgerFaults.ClockOff();
        }
    }
}
