namespace DataHub.Verification;

/// <summary>What verification needs of the records: those about a subject, and how fresh a resource is. The host connects it to the exchange.</summary>
public interface IRecordReader
{
    /// <summary>Current records of a resource in which a subject has a role.</summary>
    /// <param name="resource">Resource code.</param>
    /// <param name="subjectId">Pseudonym of the subject.</param>
    /// <param name="role">Role of the subject.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    Task<IReadOnlyList<SubjectRecord>> CurrentAsync(string resource, string subjectId, string role, CancellationToken cancellationToken);

    /// <summary>Age of a resource; null when no batch of it was ever completed.</summary>
    /// <param name="resource">Resource code.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    Task<DataAge?> AgeAsync(string resource, CancellationToken cancellationToken);
}

/// <summary>A record as a claim is tested on it; in memory only.</summary>
/// <param name="Sequence">Event it rests on.</param>
/// <param name="Element">Place of the subject in the role's list, from 0; null for a role outside a list.</param>
/// <param name="Fields">Values by path (<c>name</c>, <c>owners[0].name</c>).</param>
public sealed record SubjectRecord(long Sequence, int? Element, IReadOnlyDictionary<string, string> Fields);

/// <summary>How fresh a resource is.</summary>
/// <param name="AsOf">Up to when its newest batch is complete.</param>
/// <param name="Source">System that pushed that batch.</param>
public sealed record DataAge(DateTimeOffset AsOf, string Source);
