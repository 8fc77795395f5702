namespace DataHub.Ledger.Writing;

/// <summary>Whether anything may be recorded. Shut when the ledger in the database turns out not to be the one this node has seen; what cannot be recorded is not done.</summary>
internal sealed class LedgerGate
{
    private volatile bool _isShut;

    public bool IsShut => _isShut;

    public void Shut() => _isShut = true;

    /// <exception cref="Kernel.Faults.FaultException"><c>LEDGER_ROLLED_BACK</c>.</exception>
    public void RequireOpen()
    {
        if (_isShut)
        {
            throw LedgerFaults.RolledBack();
        }
    }
}
