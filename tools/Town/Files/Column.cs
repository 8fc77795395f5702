namespace DataHub.Town.Files;

/// <summary>A column: its name in the header and its text for an item.</summary>
internal sealed record Column<T>(string Name, Func<T, string> Value);
