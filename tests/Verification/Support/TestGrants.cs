using DataHub.Kernel.Access;

namespace DataHub.Verification.Tests.Support;

/// <summary>A book with the grants a test writes into it.</summary>
internal sealed class TestGrants : IGrantBook
{
    private readonly List<Grant> _grants = [];

    public Grant? Find(string consumer, string resource, IReadOnlyCollection<string> fields, string serviceItem, GrantOperations operation) => _grants
        .Where(grant => grant.Consumer == consumer && grant.Resource == resource && grant.Operations.HasFlag(operation))
        .Where(grant => grant.Fields.Contains(Grant.Any) || fields.All(grant.Fields.Contains))
        .Where(grant => grant.Purposes.Contains(Grant.Any) || grant.Purposes.Contains(serviceItem))
        .OrderByDescending(grant => grant.TellsAbsence)
        .FirstOrDefault();

    public void Clear() => _grants.Clear();

    public void Add(string consumer, string[] fields, string[]? purposes = null, bool tellsAbsence = true, GrantOperations operations = GrantOperations.Verify) => _grants.Add(new Grant
    {
        GrantId = $"g{_grants.Count}",
        Consumer = consumer,
        Resource = "house",
        Fields = fields.ToHashSet(),
        Purposes = (purposes ?? [Grant.Any]).ToHashSet(),
        Operations = operations,
        TellsAbsence = tellsAbsence,
        RetentionDays = 30,
    });
}
