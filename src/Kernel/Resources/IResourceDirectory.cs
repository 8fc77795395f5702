namespace DataHub.Kernel.Resources;

/// <summary>
/// The registered resources as intake and verification need them. The one declaration of a resource drives both,
/// so the interface stands with the declaration; the catalog implements it.
/// </summary>
public interface IResourceDirectory
{
    /// <summary>The current schema of a resource.</summary>
    /// <param name="resource">Resource code as a caller sent it; any text.</param>
    /// <param name="cancellationToken">Stops the look-up.</param>
    /// <returns>The schema, or null when no such resource is registered.</returns>
    ValueTask<ResourceSchema?> FindAsync(string resource, CancellationToken cancellationToken);
}
