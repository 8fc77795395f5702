using DataHub.Kernel.Faults;

namespace DataHub.Kernel.Access;

/// <summary>The grants in force, from memory: at most a second old, and closed when this node has not heard of changes for three.</summary>
public interface IGrantBook
{
    /// <summary>The grant that covers a use; where several do, one that tells absence is preferred.</summary>
    /// <param name="consumer">Unified social credit code of the caller's organisation.</param>
    /// <param name="resource">Resource code.</param>
    /// <param name="fields">Information items used; empty asks for none in particular.</param>
    /// <param name="serviceItem">Service item the use is for.</param>
    /// <param name="operation">What is to be done.</param>
    /// <returns>Null where none covers all of it: to be refused without saying whether the subject exists.</returns>
    /// <exception cref="FaultException">This node does not know which grants are in force: <c>ACCESS_UNKNOWN</c>, to be repeated.</exception>
    Grant? Find(string consumer, string resource, IReadOnlyCollection<string> fields, string serviceItem, GrantOperations operation);
}
